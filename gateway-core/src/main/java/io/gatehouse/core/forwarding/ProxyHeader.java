package io.gatehouse.core.forwarding;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a proxy says in front of a connection about whose it is (the PROXY protocol of HAProxy, version 1 or 2).
 *
 * @param length bytes of the header; what follows them is the client's
 * @param client who connected to the proxy; empty when the proxy speaks for itself, for example to check whether the
 *     gateway lives ({@code LOCAL}), or does not know ({@code UNKNOWN})
 * @param tls whether the client spoke TLS with the proxy; empty when the proxy does not tell, as all with version 1
 */
public record ProxyHeader(int length, Optional<InetSocketAddress> client, Optional<Boolean> tls) {
    /** What the bytes of a connection are so far. */
    public sealed interface Reading {}

    /** The whole header. */
    public record Complete(ProxyHeader header) implements Reading {}

    /** The beginning of a header. */
    public record Incomplete() implements Reading {}

    /**
     * No header.
     *
     * @param why in fixed words, without anything that the peer wrote
     */
    public record Malformed(String why) implements Reading {}
}
