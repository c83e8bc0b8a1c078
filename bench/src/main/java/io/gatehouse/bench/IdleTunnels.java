package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a tunnel that carries nothing takes: memory of the whole process after collecting garbage. */
final class IdleTunnels {
    /** A dual channel takes three descriptors of the gateway, and a process has 20,000 on most machines. */
    private static final int MOST_DUAL = 6_000;

    private static final double KIBIBYTE = 1024;

    private final int targetPort;

    IdleTunnels(int targetPort) {
        this.targetPort = targetPort;
    }

    /** Opens tunnels up to each of {@code counts}, which rise, and keeps the memory that each took. */
    void measure(Proxy proxy, Transport transport, List<Integer> counts, int round, Results results)
            throws IOException {
        if (proxy.process().isEmpty()) {
            return;
        }
        ServerProcess process = proxy.process().get();
        List<Link> links = new ArrayList<>();
        try {
            long before = afterCollection(process);
            for (int count : counts) {
                if (transport == Transport.DUAL_CHANNEL && count > MOST_DUAL) {
                    continue;
                }
                while (links.size() < count) {
                    links.add(proxy.open(proxy.usual(transport), targetPort));
                }
                results.add(
                        "idle tunnel, " + Way.transportWord(transport) + ", of " + count,
                        "KiB",
                        proxy.name(),
                        round,
                        (afterCollection(process) - before) / KIBIBYTE / count);
            }
        } finally {
            for (Link link : links) {
                link.abort();
            }
        }
    }

    private static long afterCollection(ServerProcess process) throws IOException {
        if (process.isJava()) {
            process.collect();
        }
        return process.resident();
    }
}
