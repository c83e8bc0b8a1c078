package io.gatehouse.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long somebody who types waits beside tunnels that carry all they can: 64-byte round trips through one tunnel
 * while others flood in one direction, and what the floods carry meanwhile. {@code bench/run --fairness} starts it.
 */
final class Fairness {
    private static final int SMALL = 64;
    /** Between a round trip and the next; nobody types faster. */
    private static final long PAUSE_MICROS = 2_000;
    /** No flood comes to its end. */
    private static final long ENDLESS = 1L << 50;

    private static final long SETTLE_MILLIS = 1_000;

    /**
     * One measurement.
     *
     * @param rate of the floods, in 10^6 bytes per second
     * @param median of one round trip in microseconds; the others alike
     */
    record Result(String proxy, boolean up, int round, double rate, double median, double slow, double slowest) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "    round %d  %-12s beside floods %-4s  p50 %.2f ms  p99 %.2f ms  longest %.2f ms   floods %.0f MB/s",
                    round,
                    proxy,
                    up ? "up" : "down",
                    median / 1e3,
                    slow / 1e3,
                    slowest / 1e3,
                    rate);
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"proxy\":\"%s\",\"kind\":\"fairness-%s\",\"round\":%d,\"mb-per-s\":%.1f,"
                            + "\"p50-us\":%.1f,\"p99-us\":%.1f,\"max-us\":%.1f}",
                    proxy,
                    up ? "up" : "down",
                    round,
                    rate,
                    median,
                    slow,
                    slowest);
        }
    }

    private final int floods;
    private final long seconds;

    /** So many floods, for so long. */
    Fairness(int floods, long seconds) {
        this.floods = floods;
        this.seconds = seconds;
    }

    /** Measures one proxy once. */
    Result measure(Proxy proxy, boolean up, int round) throws IOException, InterruptedException {
        AtomicLong carried = new AtomicLong();
        List<Link> links = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Link typist = proxy.connector().open()) {
            for (int index = 0; index < floods; index++) {
                Link link = proxy.connector().open();
                links.add(link);
                threads.add(Thread.ofPlatform().daemon().start(() -> flood(link, up, carried)));
            }
            TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
            return typed(proxy, typist, up, round, carried);
        } finally {
            for (Link link : links) {
                link.abort();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    private Result typed(Proxy proxy, Link typist, boolean up, int round, AtomicLong carried)
            throws IOException, InterruptedException {
        byte[] bytes = new byte[SMALL];
        new Random(1).nextBytes(bytes);
        ByteBuffer small = typist.frame(ByteBuffer.wrap(bytes));
        typist.send(typist.frame(LoadTarget.order(LoadTarget.Order.ECHO, ENDLESS)));
        List<Long> waits = new ArrayList<>();
        long begin = System.nanoTime();
        long before = carried.get();
        while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(seconds)) {
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
        return new Result(
                proxy.name(),
                up,
                round,
                rate,
                sorted[count / 2] / 1e3,
                sorted[count * 99 / 100] / 1e3,
                sorted[count - 1] / 1e3);
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
