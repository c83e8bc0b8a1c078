package io.gatehouse.core.config;

/** Whether a listener asks clients for a certificate when they connect by TLS. */
public enum ClientCertificate {
    /** It does not ask: browsers show no window, and certificates do not matter. */
    NONE,
    /** It asks, and serves clients without one as well. */
    OPTIONAL,
    /** It asks, and refuses every request without a certificate that a provider accepts. */
    REQUIRED
}
