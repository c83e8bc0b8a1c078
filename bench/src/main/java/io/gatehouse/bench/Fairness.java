package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long somebody who types waits beside tunnels that carry all they can: 64-byte round trips through one tunnel
 * while others flood in one direction, and what the floods carry meanwhile. {@code bench/run fairness} starts it.
 */
final class Fairness {
    private static final int SMALL = 64;
    /** Between a round trip and the next; nobody types faster. */
    private static final long PAUSE_MICROS = 2_000;
    /** No flood comes to its end. */
    private static final long ENDLESS = 1L << 50;

    private static final long SETTLE_MILLIS = 1_000;

    private static final long SECONDS = 5;

    private final int targetPort;
    private final int floods;

    /** So many floods. */
    Fairness(int targetPort, int floods) {
        this.targetPort = targetPort;
        this.floods = floods;
    }

    /** Measures one proxy once, in one direction, and keeps the numbers. */
    void measure(Proxy proxy, Transport transport, boolean up, int round, Results results)
            throws IOException, InterruptedException {
        AtomicLong carried = new AtomicLong();
        List<Link> links = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        Way way = proxy.usual(transport);
        try (Link typist = proxy.open(way, targetPort)) {
            for (int index = 0; index < floods; index++) {
                Link link = proxy.open(way, targetPort);
                links.add(link);
                threads.add(Thread.ofPlatform().daemon().start(() -> flood(link, up, carried)));
            }
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            String figure = "beside " + floods + " floods " + (up ? "up, " : "down, ") + Way.transportWord(transport);
            typed(proxy, typist, figure, round, carried, results);
        } finally {
            for (Link link : links) {
                link.abort();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private static void typed(Proxy proxy, Link typist, String figure, int round, AtomicLong carried, Results results)
            throws IOException, InterruptedException {
        byte[] bytes = new byte[SMALL];
        new Random(1).nextBytes(bytes);
        ByteBuffer small = typist.frame(ByteBuffer.wrap(bytes));
        typist.send(typist.frame(LoadTarget.order(LoadTarget.Order.ECHO, ENDLESS)));
        List<Long> waits = new ArrayList<>();
        long begin = System.nanoTime();
        long before = carried.get();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS)) {
            long sent = System.nanoTime();
            typist.send(small);
            for (int left = SMALL; left > 0; ) {
                left -= typist.receive();
            }
            waits.add(System.nanoTime() - sent);
            TimeUnit.MICROSECONDS.sleep(PAUSE_MICROS);
        }
        double rate = (carried.get() - before) / ((System.nanoTime() - begin) / 1e9) / 1e6;
        long[] sorted = waits.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        int count = sorted.length;
        results.add(figure + ", p50", "ms", proxy.name(), round, sorted[count / 2] / 1e6);
        results.add(figure + ", p99", "ms", proxy.name(), round, sorted[count * 99 / 100] / 1e6);
        results.add(figure + ", longest", "ms", proxy.name(), round, sorted[count - 1] / 1e6);
        results.add(figure + ", floods", "MB/s", proxy.name(), round, rate);
    }

    /** Carries all it can until the link is cut. */
    private static void flood(Link link, boolean up, AtomicLong carried) {
        try {
            if (up) {
                ByteBuffer piece = link.frame(ByteBuffer.allocate(link.pieceSize()));
                link.send(link.frame(LoadTarget.order(LoadTarget.Order.TAKE, ENDLESS)));
                while (true) {
                    link.send(piece);
                    carried.addAndGet(link.pieceSize());
                }
            }
            link.send(link.frame(LoadTarget.order(LoadTarget.Order.SEND, ENDLESS)));
            while (true) {
                carried.addAndGet(link.receive());
            }
        } catch (IOException cut) {
            // The measurement is over.
        }
    }
}
