package io.gatehouse.bench;

import java.io.IOException;
import java.util.Arrays;

/** What opening a tunnel costs, one after the other: connection, TLS, sign-in, tunnel and channel. */
final class Openings {
    private final int targetPort;

    Openings(int targetPort) {
        this.targetPort = targetPort;
    }

    /**
     * How it went.
     *
     * @param count tunnels that were opened
     * @param full TLS handshakes that resumed nothing
     * @param seconds on the clock, closing included
     * @param processorSeconds of the proxy
     * @param median seconds of one opening
     * @param slow the same, of the 99th of 100
     */
    record Opened(int count, int full, double seconds, double processorSeconds, double median, double slow) {}

    /** Opens and closes {@code count} tunnels. */
    Opened open(Proxy proxy, Way way, int count) throws IOException {
        long[] nanos = new long[count];
        int before = proxy.fullHandshakes();
        double used = proxy.processorSeconds();
        long begin = System.nanoTime();
        for (int index = 0; index < count; index++) {
            long start = System.nanoTime();
            Link link = proxy.open(way, targetPort);
            nanos[index] = System.nanoTime() - start;
            link.close();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        return new Opened(
                count,
                proxy.fullHandshakes() - before,
                seconds,
                proxy.processorSeconds() - used,
                nanos[count / 2] / 1e9,
                nanos[count * 99 / 100] / 1e9);
    }

    /** Measures one proxy once, and keeps the numbers. */
    void measure(Proxy proxy, Way way, int count, int round, Results results) throws IOException {
        if (way.resumed()) {
            open(proxy, way, 1); // there must be a session to resume
        }
        Opened opened = open(proxy, way, count);
        if (way.resumed() && opened.full() > 0) {
            results.add("not resumed, " + way.words(), "of " + count, proxy.name(), round, opened.full());
        }
        add("opening, " + way.words(), opened, proxy, round, results);
    }

    /** Keeps the numbers of {@code opened} under a name. */
    static void add(String figure, Opened opened, Proxy proxy, int round, Results results) {
        results.add(figure, "CPU ms", proxy.name(), round, opened.processorSeconds() / opened.count() * 1e3);
        results.add(figure + ", rate", "per s", proxy.name(), round, opened.count() / opened.seconds());
        results.add(figure + ", p50", "ms", proxy.name(), round, opened.median() * 1e3);
        results.add(figure + ", p99", "ms", proxy.name(), round, opened.slow() * 1e3);
    }
}
