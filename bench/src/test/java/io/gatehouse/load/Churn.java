package io.gatehouse.load;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Opens and ends tunnels all the time, over both transports, with and without TLS, in every way that a tunnel can end.
 */
final class Churn {
    private static final int AT_ONCE = 32;
    private static final int MOST_BYTES = 30_000;

    private final GatewayProcess gateway;
    private final EchoTarget target;
    private final AtomicInteger opened = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> failures = new ConcurrentHashMap<>();

    private enum End {
        CLOSE_CHANNEL,
        CLOSE,
        ABORT,
        TARGET_CLOSES,
        TARGET_RESETS,
        BEFORE_THE_CHANNEL
    }

    Churn(GatewayProcess gateway, EchoTarget target) {
        this.gateway = gateway;
        this.target = target;
    }

    /** How many tunnels were begun so far. */
    int opened() {
        return opened.get();
    }

    /** How many of them failed, by what their clients saw. */
    List<String> failures() {
        return failures.entrySet().stream()
                .map(each -> each.getValue() + " times " + each.getKey())
                .toList();
    }

    int failed() {
        return failures.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Goes on for so long with so many tunnels a second, or as many as the machine can. */
    void run(Duration duration, int rate, Random random) throws InterruptedException {
        long begin = System.nanoTime();
        run(random, rate, i -> System.nanoTime() - begin < duration.toNanos());
    }

    /** Goes on until so many tunnels were opened. */
    void run(int tunnels, int rate, Random random) throws InterruptedException {
        run(random, rate, i -> i < tunnels);
    }

    private void run(Random random, int rate, IntPredicate further) throws InterruptedException {
        Semaphore places = new Semaphore(AT_ONCE);
        long begin = System.nanoTime();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; further.test(i); i++) {
                long due = begin + i * (TimeUnit.SECONDS.toNanos(1) / rate);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                places.acquire();
                Random own = new Random(random.nextLong());
                executor.execute(() -> {
                    try {
                        tunnel(own);
                    } catch (IOException e) {
                        failures.merge(e.toString(), 1, Integer::sum);
                    } finally {
                        places.release();
                    }
                });
            }
        }
    }

    private void tunnel(Random random) throws IOException {
        opened.incrementAndGet();
        Transport transport = random.nextBoolean() ? Transport.WEBSOCKET : Transport.DUAL_CHANNEL;
        End end = End.values()[random.nextInt(End.values().length)];
        boolean ownTarget = end == End.TARGET_CLOSES || end == End.TARGET_RESETS;
        try (EchoTarget own = ownTarget ? new EchoTarget() : null;
                GatewayClient client = gateway.client(transport, random.nextInt(4) > 0)) {
            if (end == End.BEFORE_THE_CHANNEL) {
                client.connect();
                client.handshake();
                client.abort();
                return;
            }
            EchoTarget to = own == null ? target : own;
            Channel channel = client.open("churn", List.of(to.host()), to.port());
            Crowd.echo(channel, 1 + random.nextInt(MOST_BYTES));
            switch (end) {
                case CLOSE_CHANNEL -> channel.closeChannel();
                case CLOSE -> {} // at the end of the block
                case ABORT -> client.abort();
                case TARGET_CLOSES -> {
                    to.closeConnections();
                    awaitEnd(channel);
                }
                case TARGET_RESETS -> {
                    to.resetConnections();
                    awaitEnd(channel);
                }
                case BEFORE_THE_CHANNEL -> throw new IllegalStateException("ended before");
            }
        }
    }

    private static void awaitEnd(Channel channel) throws IOException {
        if (channel.read(ByteBuffer.allocate(1)) >= 0) {
            throw new IOException("bytes of a target that is gone");
        }
    }
}
