package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a tunnel that carries nothing takes: memory of the whole process after collecting garbage. */
final class IdleTunnels {
    /** A dual channel takes two connections; a gateway that may have 20,000 files open takes 9,872. */
    private static final int MOST_DUAL = 4_900;
    /** Tunnels that are open before memory counts: what the first ones need, classes and code, is not theirs. */
    private static final int FIRST = 500;

    private static final double KIBIBYTE = 1024;
    private static final double MEGABYTE = 1e6;

    private final int targetPort;

    IdleTunnels(int targetPort) {
        this.targetPort = targetPort;
    }

    /**
     * Opens tunnels up to each of {@code counts}, which rise, and keeps the memory that each took, and that of the
     * whole process then.
     */
    void measure(Proxy proxy, Transport transport, List<Integer> counts, int round, Results results)
            throws IOException {
        if (proxy.process().isEmpty()) {
            return;
        }
        ServerProcess process = proxy.process().get();
        List<Link> links = new ArrayList<>();
        try {
            open(proxy, transport, FIRST, links);
            if (transport == Transport.DUAL_CHANNEL && links.getFirst() instanceof PlainLink) {
                return; // one connection would be compared with two
            }
            long before = afterCollection(process);
            for (int wanted : counts) {
                int count = transport == Transport.DUAL_CHANNEL ? Math.min(wanted, MOST_DUAL) : wanted;
                if (count <= FIRST) {
                    throw new IllegalArgumentException("--idle " + wanted + " (expected more than " + FIRST + ")");
                }
                open(proxy, transport, count, links);
                long resident = afterCollection(process);
                String figure = "idle tunnel, " + Way.transportWord(transport) + ", of " + count;
                results.add(figure, "KiB", proxy.name(), round, (resident - before) / KIBIBYTE / (count - FIRST));
                results.add(figure + ", process", "MB", proxy.name(), round, resident / MEGABYTE);
            }
        } finally {
            abort(links);
        }
    }

    private void open(Proxy proxy, Transport transport, int count, List<Link> links) throws IOException {
        while (links.size() < count) {
            links.add(proxy.open(proxy.usual(transport), targetPort));
        }
    }

    private static void abort(List<Link> links) throws IOException {
        for (Link link : links) {
            link.abort();
        }
        links.clear();
    }

    private static long afterCollection(ServerProcess process) throws IOException {
        if (process.isJava()) {
            process.collectAndShrink();
        }
        return process.resident();
    }
}
