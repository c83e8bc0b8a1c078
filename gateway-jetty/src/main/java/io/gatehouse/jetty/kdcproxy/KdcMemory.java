package io.gatehouse.jetty.kdcproxy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What was seen of KDCs lately: who did not answer is asked last, and who takes no TCP connection is asked by datagram.
 * Safe for use by many threads.
 */
final class KdcMemory {
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final ExpiringSet<InetSocketAddress> silent;
    private final ExpiringSet<InetSocketAddress> withoutTcp;

    KdcMemory(LongSupplier ticker) {
        silent = new ExpiringSet<>(REMEMBERED, ticker);
        withoutTcp = new ExpiringSet<>(REMEMBERED, ticker);
    }

    /** The same servers in the same order, but for those that were silent lately: they come last. */
    List<InetSocketAddress> bestFirst(List<InetSocketAddress> servers) {
        return Stream.concat(
                        servers.stream().filter(server -> !silent.contains(server)),
                        servers.stream().filter(silent::contains))
                .distinct()
                .toList();
    }

    void wasSilent(InetSocketAddress server) {
        silent.add(server);
    }

    void answered(InetSocketAddress server) {
        silent.remove(server);
    }

    boolean isWithoutTcp(InetSocketAddress kdc) {
        return withoutTcp.contains(kdc);
    }

    void isWithoutTcp(InetSocketAddress kdc, boolean without) {
        if (without) {
            withoutTcp.add(kdc);
        } else {
            withoutTcp.remove(kdc);
        }
    }
}
