package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.ChildGateway;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gateway that can open nothing any more, in a process of its own. */
@Tag("attack")
class NoDescriptorsAttackTest {
    private static final Pattern READY = Pattern.compile("ready (\\d+) (\\d+) (\\d+)");
    private static final int FILES = 1024;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STARVING = Duration.ofSeconds(3);
    private static final int TICKS_PER_SECOND = 100;

    private static OwnProcess gateway(TestFolder folder) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return OwnProcess.startServer(
                folder,
                Map.of(),
                List.of(
                        "prlimit",
                        "--nofile=" + FILES,
                        java,
                        "-XX:-MaxFDLimit",
                        "-Xmx256m",
                        "-cp",
                        classes,
                        ChildGateway.class.getName()));
    }

    private static MatchResult awaitReady(OwnProcess gateway) {
        Wait.until(START, () -> READY.matcher(gateway.output()).find() || !gateway.isAlive());
        return READY.matcher(gateway.output())
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError(gateway.report()));
    }

    private static void limitFiles(long process, long soft) throws Exception {
        int exit = new ProcessBuilder("prlimit", "--pid", Long.toString(process), "--nofile=" + soft + ":")
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    private static long openFiles(long process) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + process + "/fd"))) {
            return files.count();
        }
    }

    /** How long the process has computed, on all processors together. */
    private static Duration processorTime(long process) throws IOException {
        String[] fields = Files.readString(Path.of("/proc/" + process + "/stat"))
                .replaceFirst(".*\\) ", "")
                .split(" ", -1);
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    private static void roundTrip(Channel channel) throws IOException {
        channel.send(ByteBuffer.allocate(64));
        channel.readFully(ByteBuffer.allocate(64));
    }

    private static RawHttp scrape(InetSocketAddress metrics) throws IOException {
        RawHttp http = RawHttp.to(metrics, "127.0.0.1");
        http.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return http;
    }

    @Test
    void whenNothingCanBeOpenedTunnelsGoOnNothingSpinsAndAllIsWellAfterwards() throws Exception {
        List<RawHttp> waiting = new ArrayList<>();
        try (TestFolder folder = new TestFolder();
                OwnProcess gateway = gateway(folder);
                EchoTarget target = new EchoTarget()) {
            MatchResult ready = awaitReady(gateway);
            long process = Long.parseLong(ready.group(1));
            InetSocketAddress clients =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.group(2)));
            InetSocketAddress metrics =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(ready.group(3)));
            ClientOptions options = ClientOptions.builder("localhost", clients.getPort())
                    .address(clients)
                    .trust(new Trust.Plain())
                    .transport(Transport.WEBSOCKET)
                    .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                    .readTimeout(Duration.ofSeconds(15))
                    .build();
            try (GatewayClient client = new GatewayClient(options)) {
                Channel channel = client.open("pc", List.of(target.host()), target.port());
                roundTrip(channel);
                try (RawHttp before = scrape(metrics)) {
                    assertThat(before.readHead().status()).isEqualTo(200);
                }

                limitFiles(process, openFiles(process));
                for (int i = 0; i < 20; i++) {
                    waiting.add(RawHttp.to(clients, "127.0.0.1"));
                    waiting.add(scrape(metrics));
                }
                Await.until("no descriptors", () -> gateway.output().contains("Too many open files"));
                Duration processorBefore = processorTime(process);
                int logBefore = gateway.output().length();
                long end = System.nanoTime() + STARVING.toNanos();
                int trips = 0;
                while (System.nanoTime() < end) {
                    roundTrip(channel);
                    trips++;
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                Duration processor = processorTime(process).minus(processorBefore);
                int log = gateway.output().length() - logBefore;
                System.out.printf(
                        "without descriptors for %s: %d round trips, %d ms of processor time, %d characters of log%n",
                        STARVING, trips, processor.toMillis(), log);
                assertThat(log).as("characters of log").isLessThan(10_000);
                assertThat(processor).isLessThan(STARVING.dividedBy(2));
                waiting.getLast().assertQuiet();

                limitFiles(process, FILES);
                assertThat(waiting.getLast().readHead().status()).isEqualTo(200);
                try (RawHttp after = scrape(metrics);
                        GatewayClient other = new GatewayClient(options)) {
                    assertThat(after.readHead().status()).isEqualTo(200);
                    roundTrip(other.open("pc", List.of(target.host()), target.port()));
                }
                roundTrip(channel);
            }
        } finally {
            for (RawHttp connection : waiting) {
                connection.close();
            }
        }
    }
}
