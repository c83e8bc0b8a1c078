package io.gatehouse.load;

import static io.gatehouse.load.Footprint.MIB;

import io.gatehouse.client.Channel;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Peers that die, packets that are lost, and little memory. Tests that lose packets need root and are skipped without.
 */
@Tag("load")
class FaultTest {
    private static final Pattern PAUSE = Pattern.compile("Pause .* ([0-9.]+)ms$");
    private static final Duration LOSSY_TIME = Duration.ofMinutes(1);
    private static final String ECHO = """
            import socket
            s = socket.create_server(("127.0.0.1", 0))
            print(s.getsockname()[1], flush=True)
            c, _ = s.accept()
            while True:
                c.sendall(c.recv(65536))
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** Echoes on the address that a namespace sees. */
    private static final class OutsideEcho implements AutoCloseable {
        private final ServerSocket listener;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

        OutsideEcho() throws IOException {
            listener = new ServerSocket(0, 50, InetAddress.getByName(Network.OUTSIDE));
            threads.execute(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    threads.execute(() -> echo(socket));
                }
            } catch (IOException _) {
                // the end of the test
            }
        }

        private static void echo(Socket socket) {
            try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException _) {
                // lost, as the test wants
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            threads.shutdownNow();
        }
    }

    /** Sends on the address that a namespace sees, as fast as it may. */
    private static final class OutsideSource implements AutoCloseable {
        private final ServerSocket listener;
        private final Thread thread = Thread.ofVirtual().unstarted(this::send);

        OutsideSource() throws IOException {
            listener = new ServerSocket(0, 50, InetAddress.getByName(Network.OUTSIDE));
            thread.start();
        }

        int port() {
            return listener.getLocalPort();
        }

        private void send() {
            try (Socket socket = listener.accept()) {
                byte[] piece = new byte[65_536];
                while (true) {
                    socket.getOutputStream().write(piece);
                }
            } catch (IOException _) {
                // the end of the channel
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            thread.interrupt();
        }
    }

    /** F-1. */
    @Test
    void targetThatIsKilledEndsItsTunnelAtOnce() throws Exception {
        RequiredTools.assume("python3");
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                OwnProcess target = OwnProcess.start(folder, Map.of(), List.of("python3", "-c", ECHO));
                GatewayClient client = gateway.client(Transport.WEBSOCKET, true)) {
            int port = Integer.parseInt(Wait.first(
                            Duration.ofSeconds(20),
                            () -> Optional.of(target.output().strip()).filter(text -> !text.isEmpty()))
                    .orElseThrow());
            long before = gateway.footprint().descriptors();
            Channel channel = client.open("load", List.of("127.0.0.1"), port);
            Crowd.echo(channel, 64);
            target.kill();
            long begin = System.nanoTime();
            int end = channel.read(ByteBuffer.allocate(1));
            long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            PassLines.check(
                    "F-1", "the client sees the channel close within 2 s", millis + " ms", end < 0 && millis < 2_000);
            PassLines.check(
                    "F-1",
                    "the audit log has its end",
                    "",
                    Wait.until(Duration.ofSeconds(10), () -> gateway.audited("\"session.end\"") == 1));
            client.abort();
            PassLines.check(
                    "F-1",
                    "its descriptors are free again",
                    "",
                    gateway.awaitEmpty()
                            && Wait.until(
                                    Duration.ofSeconds(20),
                                    () -> gateway.footprint().descriptors() <= before));
        }
    }

    /** F-2: nothing is under way to the target, so the kernel's own questions find out. */
    @Test
    void targetThatVanishesEndsItsTunnel() throws Exception {
        try (Network network = new Network(folder);
                GatewayProcess gateway =
                        GatewayProcess.startIn(folder, network.launcher(), Network.INSIDE, Network.OUTSIDE);
                OutsideEcho target = new OutsideEcho();
                GatewayClient client = gateway.client(Transport.WEBSOCKET, true)) {
            Channel channel = client.open("load", List.of(Network.OUTSIDE), target.port());
            Crowd.echo(channel, 64);
            network.losePort(target.port());
            long begin = System.nanoTime();
            boolean ended = Wait.until(Duration.ofMinutes(3), () -> gateway.metric("gatehouse_channels") == 0);
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            PassLines.check(
                    "F-2",
                    "a silent target that vanished is noticed within 130 s",
                    seconds + " s",
                    ended && seconds <= 130);
        }
    }

    /** F-3: KEEPALIVE is under way to the client, so the kernel gives up when it has sent that often enough. */
    @Test
    void clientThatVanishesFreesItsPlace() throws Exception {
        try (Network network = new Network(folder);
                GatewayProcess gateway =
                        GatewayProcess.startIn(folder, network.launcher(), Network.INSIDE, Network.OUTSIDE);
                OutsideEcho target = new OutsideEcho();
                GatewayClient client = gateway.client(Transport.WEBSOCKET, true)) {
            network.giveUpAfter(5);
            Channel channel = client.open("load", List.of(Network.OUTSIDE), target.port());
            Crowd.echo(channel, 64);
            network.loseGatewayPort(gateway.tlsPort());
            long begin = System.nanoTime();
            boolean ended = Wait.until(Duration.ofMinutes(2), () -> gateway.metric("gatehouse_tunnels") == 0);
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            PassLines.check(
                    "F-3",
                    "with tcp_retries2 = 5, a client that vanished is gone within 60 s",
                    seconds + " s",
                    ended && seconds <= 60);
        }
    }

    /** F-19: the target goes on sending, so that bytes wait for the client. */
    @Test
    void clientThatVanishesWhileItsTargetSendsIsNoticed() throws Exception {
        try (Network network = new Network(folder);
                GatewayProcess gateway =
                        GatewayProcess.startIn(folder, network.launcher(), Network.INSIDE, Network.OUTSIDE);
                OutsideSource target = new OutsideSource();
                GatewayClient client = gateway.client(Transport.WEBSOCKET, true)) {
            Channel channel = client.open("load", List.of(Network.OUTSIDE), target.port());
            channel.readFully(ByteBuffer.allocate(8 * 1024 * 1024));
            network.loseGatewayPort(gateway.tlsPort());
            long begin = System.nanoTime();
            boolean ended = Wait.until(Duration.ofMinutes(4), () -> gateway.metric("gatehouse_tunnels") == 0);
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            PassLines.check(
                    "F-19",
                    "a client that vanished while bytes waited for it is gone within 130 s (write-timeout)",
                    seconds + " s",
                    ended && seconds <= 130);
        }
    }

    /** F-5, but for the delay, which this kernel cannot make. */
    @Test
    void tunnelsSurviveLossAndAThinLine() throws Exception {
        try (Network network = new Network(folder);
                GatewayProcess gateway =
                        GatewayProcess.startIn(folder, network.launcher(), Network.INSIDE, Network.OUTSIDE);
                OutsideEcho target = new OutsideEcho()) {
            List<GatewayClient> clients = new ArrayList<>();
            List<Channel> channels = new ArrayList<>();
            try {
                for (int i = 0; i < 10; i++) {
                    GatewayClient client =
                            gateway.client(i % 2 == 0 ? Transport.WEBSOCKET : Transport.DUAL_CHANNEL, true);
                    clients.add(client);
                    channels.add(client.open("load", List.of(Network.OUTSIDE), target.port()));
                }
                for (int percent : new int[] {1, 5}) {
                    network.lose(percent);
                    int rounds = talk(channels);
                    PassLines.check(
                            "F-5",
                            "no tunnel is lost with " + percent + " % loss",
                            rounds + " round trips",
                            rounds > 0);
                }
                network.slowTo("1mbit");
                int rounds = talk(channels);
                PassLines.check(
                        "F-5", "no tunnel is lost at 1 Mbit/s with 5 % loss", rounds + " round trips", rounds > 0);
            } finally {
                clients.forEach(GatewayClient::abort);
            }
        }
    }

    /** Any error of any tunnel ends the test. */
    private static int talk(List<Channel> channels) throws Exception {
        long end = System.nanoTime() + LOSSY_TIME.toNanos();
        int rounds = 0;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> running = new ArrayList<>();
            for (Channel channel : channels) {
                running.add(executor.submit(() -> {
                    int done = 0;
                    for (; System.nanoTime() < end; done++) {
                        Crowd.echo(channel, 2_000);
                        TimeUnit.MILLISECONDS.sleep(50);
                    }
                    return done;
                }));
            }
            for (Future<Integer> each : running) {
                rounds += each.get();
            }
        }
        return rounds;
    }

    /** F-18. */
    @Test
    void littleMemoryMeansNoLongPauses() throws Exception {
        Path log = folder.path().resolve("gc.log");
        try (GatewayProcess gateway = GatewayProcess.start(folder, "-Xmx256m", "-Xlog:gc:file=" + log);
                Crowd crowd = new Crowd(gateway)) {
            Crowd.Opening opening = crowd.open(1_000, Transport.WEBSOCKET, true, 32, 1_000);
            PassLines.check(
                    "F-18",
                    "1,000 tunnels in 256 MiB",
                    opening,
                    opening.failures().isEmpty());
            for (int round = 0; round < 20; round++) {
                for (Channel channel : crowd.channels()) {
                    Crowd.echo(channel, 16_000);
                }
            }
            List<Double> pauses = pauses(log);
            double p99 = pauses.get((int) (pauses.size() * 0.99));
            PassLines.check(
                    "F-18",
                    "pauses of the collector, p99 below 200 ms",
                    "%.1f ms of %d, heap %d MiB"
                            .formatted(p99, pauses.size(), gateway.footprint().heap() / MIB),
                    p99 < 200);
        }
    }

    private static List<Double> pauses(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(PAUSE::matcher)
                    .filter(Matcher::find)
                    .map(pause -> Double.valueOf(pause.group(1)))
                    .sorted()
                    .toList();
        }
    }
}
