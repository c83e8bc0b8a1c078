package io.gatehouse.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Puts load on a link, and measures the proxy that carries it. */
final class Load {
    /** The size of a round trip: a key pressed and its echo are about as large. */
    private static final int SMALL = 64;

    private final ByteBuffer payload;

    /** The payload is random once, so that nothing on the way could shrink it. */
    Load(RandomGenerator random) {
        byte[] bytes = new byte[16_384];
        random.nextBytes(bytes);
        payload = ByteBuffer.wrap(bytes);
    }

    /** Relays {@code bytes} from the target to the client. */
    Measurement down(Proxy proxy, int round, long bytes) throws IOException {
        try (Link link = proxy.connector().open()) {
            double before = ProcessorTime.of(proxy.processId());
            long begin = System.nanoTime();
            link.send(link.frame(LoadTarget.order(LoadTarget.Order.SEND, bytes)));
            receive(link, bytes);
            return bulk(proxy, Measurement.Kind.DOWN, round, bytes, begin, before);
        }
    }

    /** Relays {@code bytes} from the client to the target, up to the last one's arrival. */
    Measurement up(Proxy proxy, int round, long bytes) throws IOException {
        try (Link link = proxy.connector().open()) {
            int size = Math.min(link.pieceSize(), payload.capacity());
            ByteBuffer full = link.frame(payload.slice(0, size));
            ByteBuffer rest = link.frame(payload.slice(0, (int) (bytes % size) + 1));
            double before = ProcessorTime.of(proxy.processId());
            long begin = System.nanoTime();
            long whole = bytes / size;
            link.send(link.frame(LoadTarget.order(LoadTarget.Order.TAKE, whole * size + bytes % size + 1)));
            for (long count = 0; count < whole; count++) {
                link.send(full);
            }
            link.send(rest);
            receive(link, 1);
            return bulk(proxy, Measurement.Kind.UP, round, bytes, begin, before);
        }
    }

    private static Measurement bulk(
            Proxy proxy, Measurement.Kind kind, int round, long bytes, long begin, double before) throws IOException {
        double seconds = (System.nanoTime() - begin) / 1e9;
        double used = ProcessorTime.of(proxy.processId()) - before;
        return new Measurement(proxy.name(), kind, round, bytes, seconds, used, 0, 0);
    }

    /** Sends 64 bytes and waits for their echo, {@code count} times. */
    Measurement roundTrips(Proxy proxy, int round, int count) throws IOException {
        try (Link link = proxy.connector().open()) {
            ByteBuffer small = link.frame(payload.slice(0, SMALL));
            long[] nanos = new long[count];
            link.send(link.frame(LoadTarget.order(LoadTarget.Order.ECHO, (long) SMALL * count)));
            double before = ProcessorTime.of(proxy.processId());
            long begin = System.nanoTime();
            for (int index = 0; index < count; index++) {
                long sent = System.nanoTime();
                link.send(small);
                receive(link, SMALL);
                nanos[index] = System.nanoTime() - sent;
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double used = ProcessorTime.of(proxy.processId()) - before;
            Arrays.sort(nanos);
            return new Measurement(
                    proxy.name(),
                    Measurement.Kind.ROUND_TRIP,
                    round,
                    count,
                    seconds,
                    used,
                    nanos[count / 2] / 1e3,
                    nanos[count * 99 / 100] / 1e3);
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
