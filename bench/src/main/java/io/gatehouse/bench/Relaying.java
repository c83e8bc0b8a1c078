package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/** What carrying bytes costs: bulk down and up through one or many tunnels, and 64-byte round trips through one. */
final class Relaying {
    private static final double GIGABYTE = 1e9;
    /** The size of a round trip: a key pressed and its echo are about as large. */
    private static final int SMALL = 64;

    private final int targetPort;
    private final ByteBuffer payload;

    /** The payload is random once, so that nothing on the way could shrink it. */
    Relaying(int targetPort, RandomGenerator random) {
        this.targetPort = targetPort;
        byte[] bytes = new byte[16_384];
        random.nextBytes(bytes);
        payload = ByteBuffer.wrap(bytes);
    }

    /**
     * What bulk cost.
     *
     * @param bytes that were relayed
     * @param seconds on the clock
     * @param processorSeconds of the proxy
     */
    record Bulk(long bytes, double seconds, double processorSeconds) {
        /** Processor seconds for 10^9 bytes. */
        double perGigabyte() {
            return processorSeconds / bytes * GIGABYTE;
        }
    }

    /** Measures one proxy once, and keeps the numbers. */
    void measure(Proxy proxy, Transport transport, int tunnels, long bytes, int round, Results results)
            throws IOException {
        String which = Way.transportWord(transport) + ", " + tunnels + (tunnels == 1 ? " tunnel" : " tunnels");
        for (boolean up : new boolean[] {false, true}) {
            Bulk bulk = bulk(proxy, transport, tunnels, bytes, up);
            String figure = (up ? "up, " : "down, ") + which;
            results.add(figure, "CPU s/GB", proxy.name(), round, bulk.perGigabyte());
            results.add(figure + ", rate", "MB/s", proxy.name(), round, bytes / bulk.seconds() / 1e6);
            results.add(
                    figure + ", use",
                    "% of a core",
                    proxy.name(),
                    round,
                    bulk.processorSeconds() / bulk.seconds() * 100);
        }
    }

    /** Relays {@code bytes} through so many tunnels together, in one direction. */
    Bulk bulk(Proxy proxy, Transport transport, int tunnels, long bytes, boolean up) throws IOException {
        List<Link> links = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool(
                runnable -> Thread.ofPlatform().daemon().unstarted(runnable))) {
            for (int index = 0; index < tunnels; index++) {
                links.add(proxy.open(proxy.usual(transport), targetPort));
            }
            double before = proxy.processorSeconds();
            long begin = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (Link link : links) {
                running.add(threads.submit((Callable<?>) () -> {
                    if (up) {
                        up(link, bytes / tunnels);
                    } else {
                        down(link, bytes / tunnels);
                    }
                    return link;
                }));
            }
            await(running, links);
            return new Bulk(bytes, (System.nanoTime() - begin) / 1e9, proxy.processorSeconds() - before);
        } finally {
            for (Link link : links) {
                link.close();
            }
        }
    }

    private static void await(List<Future<?>> running, List<Link> links) throws IOException {
        try {
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            for (Link link : links) {
                link.abort();
            }
            throw new IOException("a tunnel failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void down(Link link, long bytes) throws IOException {
        link.send(link.frame(LoadTarget.order(LoadTarget.Order.SEND, bytes)));
        receive(link, bytes);
    }

    /** Up to the last byte's arrival. */
    private void up(Link link, long bytes) throws IOException {
        int size = Math.min(link.pieceSize(), payload.capacity());
        ByteBuffer full = link.frame(payload.slice(0, size));
        long whole = bytes / size;
        int rest = (int) (bytes % size) + 1;
        link.send(link.frame(LoadTarget.order(LoadTarget.Order.TAKE, whole * size + rest)));
        for (long count = 0; count < whole; count++) {
            link.send(full);
        }
        link.send(link.frame(payload.slice(0, rest)));
        receive(link, 1);
    }

    /** Sends 64 bytes and waits for their echo, {@code count} times, and keeps the numbers. */
    void roundTrips(Proxy proxy, Transport transport, int count, int round, Results results) throws IOException {
        try (Link link = proxy.open(proxy.usual(transport), targetPort)) {
            ByteBuffer small = link.frame(payload.slice(0, SMALL));
            long[] nanos = new long[count];
            link.send(link.frame(LoadTarget.order(LoadTarget.Order.ECHO, (long) SMALL * count)));
            double before = proxy.processorSeconds();
            for (int index = 0; index < count; index++) {
                long sent = System.nanoTime();
                link.send(small);
                receive(link, SMALL);
                nanos[index] = System.nanoTime() - sent;
            }
            double each = (proxy.processorSeconds() - before) / count * 1e6;
            Arrays.sort(nanos);
            String figure = "64-byte round trip, " + Way.transportWord(transport);
            results.add(figure, "CPU us", proxy.name(), round, each);
            results.add(figure + ", p50", "us", proxy.name(), round, nanos[count / 2] / 1e3);
            results.add(figure + ", p99", "us", proxy.name(), round, nanos[count * 99 / 100] / 1e3);
        }
    }

    private static void receive(Link link, long bytes) throws IOException {
        long left = bytes;
        while (left > 0) {
            left -= link.receive();
        }
        if (left < 0) {
            throw new IOException(-left + " bytes more than the target sent");
        }
    }
}
