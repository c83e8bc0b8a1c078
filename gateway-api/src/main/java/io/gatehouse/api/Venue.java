package io.gatehouse.api;

/** Names the place that carries a token between client and gateway. */
public enum Venue {
    /** The {@code Authorization} header of an HTTP request. Channel bindings can hold here. */
    HTTP_AUTHORIZATION,
    /**
     * EXTENDED_AUTH_MSG inside the tunnel (MS-TSGU 2.2.10.7). Channel bindings must not be required here; one that is
     * sent is that of the TLS connection around the tunnel.
     */
    TUNNEL_EXTENDED_AUTH,
    /** The password form of the portal. */
    PORTAL_FORM
}
