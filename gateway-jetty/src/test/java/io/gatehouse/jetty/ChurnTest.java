package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many tunnels at once, opened and ended in every way, leave nothing behind. */
@Timeout(180)
class ChurnTest {
    private static final int TUNNELS = 200;
    private static final int MOST_BYTES = 60_000;
    /** Selectors and workers each keep what they served last. */
    private static final int HELD_BY_THREADS = 20;
    /** Five seconds after a tunnel's end a timer cuts the client off, if need be; it must not keep what has closed. */
    private static final Duration BEFORE_TIMERS = Duration.ofSeconds(3);

    private static final String LIMITS = """
            [limits]
            connections-before-login-per-source = 1000
            guesses-per-account = 1000
            guesses-per-source = 1000
            tunnels-per-user = 1000
            """;

    /** How a tunnel ends. */
    private enum End {
        CLOSE_CHANNEL,
        CLOSE,
        ABORT,
        TARGET_CLOSES,
        BEFORE_THE_CHANNEL
    }

    @Test
    void twoHundredTunnelsAtOnceLeaveNoThreadDescriptorOrBufferBehind() throws Exception {
        ArrayByteBufferPool.Tracking pool = new ArrayByteBufferPool.Tracking();
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + LIMITS, pool);
                EchoTarget target = new EchoTarget()) {
            churn(gateway, target, new Random(1), 20);
            gateway.awaitEmpty();
            long descriptors = descriptors();
            Set<String> threads = threadNames();

            churn(gateway, target, new Random(2), TUNNELS);

            gateway.awaitEmpty();
            Await.within(BEFORE_TIMERS, "tunnels are garbage", () -> instances(TunnelDriver.class) <= HELD_BY_THREADS);
            Await.until("targets let go", () -> target.active() == 0);
            Await.until("descriptors as before", () -> descriptors() <= descriptors);
            Await.until("buffers given back", () -> pool.getLeaks().isEmpty());
            assertThat(threadNames()).isSubsetOf(threads);
            assertThat(gateway.audit().stream()
                            .filter(line -> line.contains("\"session.start\""))
                            .count())
                    .as("every channel that began also ended in the audit log")
                    .isEqualTo(gateway.audit().stream()
                            .filter(line -> line.contains("\"session.end\""))
                            .count());
        }
    }

    private static void churn(TestGateway gateway, EchoTarget target, Random random, int tunnels) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < tunnels; i++) {
                running.add(executor.submit(tunnel(gateway, target, new Random(random.nextLong()))));
            }
            for (Future<?> tunnel : running) {
                tunnel.get();
            }
        }
    }

    private static Callable<End> tunnel(TestGateway gateway, EchoTarget target, Random random) {
        return () -> {
            Transport transport = random.nextBoolean() ? Transport.WEBSOCKET : Transport.DUAL_CHANNEL;
            End end = End.values()[random.nextInt(End.values().length)];
            try (EchoTarget own = new EchoTarget();
                    GatewayClient client = gateway.client(transport)) {
                if (end == End.BEFORE_THE_CHANNEL) {
                    client.connect();
                    client.handshake();
                    client.abort();
                    return end;
                }
                EchoTarget to = end == End.TARGET_CLOSES ? own : target;
                Channel channel = client.open("pc", List.of(to.host()), to.port());
                for (int round = random.nextInt(5); round >= 0; round--) {
                    echo(channel, random);
                }
                end(end, client, channel, own);
            }
            return end;
        };
    }

    private static void echo(Channel channel, Random random) throws IOException {
        byte[] bytes = new byte[1 + random.nextInt(MOST_BYTES)];
        random.nextBytes(bytes);
        channel.send(ByteBuffer.wrap(bytes));
        ByteBuffer answer = ByteBuffer.allocate(bytes.length);
        channel.readFully(answer);
        assertThat(answer.array()).isEqualTo(bytes);
    }

    private static void end(End end, GatewayClient client, Channel channel, EchoTarget own) throws IOException {
        switch (end) {
            case CLOSE_CHANNEL -> channel.closeChannel();
            case CLOSE -> client.close();
            case ABORT -> client.abort();
            case TARGET_CLOSES -> {
                own.closeConnections();
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
            case BEFORE_THE_CHANNEL -> throw new IllegalStateException("ended before");
        }
    }

    /**
     * Platform threads by name, those of one pool under one name: Jetty's pool is bounded and shrinks only after a
     * minute.
     */
    private static Set<String> threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[0-9a-f]+", "#"))
                .collect(Collectors.toSet());
    }

    /** Reachable objects of a class, by the histogram of the virtual machine, which collects garbage first. */
    private static long instances(Class<?> type) throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+", -1))
                .filter(columns -> columns.length >= 4 && columns[3].equals(type.getName()))
                .mapToLong(columns -> Long.parseLong(columns[1]))
                .sum();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
