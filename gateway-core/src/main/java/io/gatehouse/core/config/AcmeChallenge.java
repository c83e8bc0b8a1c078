package io.gatehouse.core.config;

/** How the gateway proves to an ACME server that it has a name. */
public enum AcmeChallenge {
    /** A certificate for nothing else, at a listener (RFC 8737). */
    TLS_ALPN_01,
    /** A file over plain HTTP, at port 80 (RFC 8555 section 8.3). */
    HTTP_01
}
