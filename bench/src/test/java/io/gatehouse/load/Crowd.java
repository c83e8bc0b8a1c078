package io.gatehouse.load;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.target.EchoTarget;
import io.gatehouse.testkit.target.LoopbackTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Many tunnels to echoing targets, opened by a bounded number of threads and then left alone. */
final class Crowd implements AutoCloseable {
    /** Connections that one target takes, with room. */
    private static final int PER_TARGET = 1_000;

    private final GatewayProcess gateway;
    private final List<LoopbackTarget> targets = new ArrayList<>();
    private final List<GatewayClient> clients = Collections.synchronizedList(new ArrayList<>());
    private final List<Channel> channels = Collections.synchronizedList(new ArrayList<>());

    /** How the opening of tunnels went. */
    record Opening(List<Long> nanos, List<String> failures, Duration took) {
        Opening {
            nanos = nanos.stream().sorted().toList();
            failures = List.copyOf(failures);
        }

        double perSecond() {
            return nanos.size() / (took.toNanos() / 1e9);
        }

        /** Not longer than this took that share of the openings. */
        Duration percentile(double share) {
            return nanos.isEmpty()
                    ? Duration.ZERO
                    : Duration.ofNanos(nanos.get((int) Math.min(nanos.size() - 1, nanos.size() * share)));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d tunnels opened, %d failed, %.0f per second, median %d ms, p99 %d ms%s",
                    nanos.size(),
                    failures.size(),
                    perSecond(),
                    percentile(0.5).toMillis(),
                    percentile(0.99).toMillis(),
                    failures.isEmpty() ? "" : ", first failure: " + failures.getFirst());
        }
    }

    Crowd(GatewayProcess gateway) {
        this.gateway = gateway;
    }

    /** Opens tunnels, {@code atOnce} at a time, no faster than {@code rate} a second. */
    Opening open(int tunnels, Transport transport, boolean tls, int atOnce, int rate) throws Exception {
        List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        Semaphore places = new Semaphore(atOnce);
        long begin = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < tunnels; i++) {
                long due = begin + i * (TimeUnit.SECONDS.toNanos(1) / rate);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                places.acquire();
                LoopbackTarget target = target(i);
                running.add(executor.submit(() -> {
                    try {
                        nanos.add(open(transport, tls, target));
                    } catch (IOException e) {
                        failures.add(e.toString());
                    } finally {
                        places.release();
                    }
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        return new Opening(nanos, failures, Duration.ofNanos(System.nanoTime() - begin));
    }

    private LoopbackTarget target(int tunnel) {
        while (targets.size() <= tunnel / PER_TARGET) {
            targets.add(new EchoTarget());
        }
        return targets.get(tunnel / PER_TARGET);
    }

    private long open(Transport transport, boolean tls, LoopbackTarget target) throws IOException {
        long begin = System.nanoTime();
        GatewayClient client = gateway.client(transport, tls);
        clients.add(client);
        Channel channel = client.open("load", List.of(target.host()), target.port());
        channels.add(channel);
        return System.nanoTime() - begin;
    }

    /** How many of the tunnels still carry bytes to their target and back. */
    int alive() {
        int alive = 0;
        for (Channel channel : channels) {
            try {
                echo(channel, 64);
                alive++;
            } catch (IOException _) {
                // not alive
            }
        }
        return alive;
    }

    /** Sends bytes and waits for their echo; answers how long that took. */
    static long echo(Channel channel, int bytes) throws IOException {
        long begin = System.nanoTime();
        channel.send(ByteBuffer.allocate(bytes));
        channel.readFully(ByteBuffer.allocate(bytes));
        return System.nanoTime() - begin;
    }

    List<Channel> channels() {
        return List.copyOf(channels);
    }

    @Override
    public void close() {
        clients.forEach(GatewayClient::abort);
        targets.forEach(LoopbackTarget::close);
    }
}
