package io.gatehouse.core.config;

/** The kinds of keys of certificates from an ACME server. */
public enum AcmeKeyType {
    /** RSA with 2048 bits. */
    RSA2048,
    /** The curve P-256. */
    EC256
}
