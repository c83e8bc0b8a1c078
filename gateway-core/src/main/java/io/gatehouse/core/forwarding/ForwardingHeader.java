package io.gatehouse.core.forwarding;

/**
 * Where reverse proxies write who came to them. Most know one of the headers, and pass on what a client wrote into the
 * other.
 */
public enum ForwardingHeader {
    /** {@code X-Forwarded-For}, and {@code X-Forwarded-Proto}. */
    X_FORWARDED_FOR,
    /** {@code Forwarded} of RFC 7239. */
    FORWARDED
}
