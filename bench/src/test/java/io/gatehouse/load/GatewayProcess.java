package io.gatehouse.load;

import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.Trust;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The gateway as it is run, in a process of its own, so that its memory, descriptors and threads are nobody else's: one
 * listener without TLS, one with, and metrics. Its account is alice, who may go to every port of the target's address.
 */
final class GatewayProcess implements AutoCloseable {
    private static final String PASSWORD = "password";
    private static final String ACCOUNT = "alice:enabled:staff:$3$$8846f7eaee8fb117ad06bdd830b7586c"
            + ":$2y$05$abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu\n";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final String LIMITS = """
            [limits]
            connections = 40000
            connections-before-login = 20000
            connections-before-login-per-source = 20000
            tunnels-per-user = 40000
            """;

    private final TestFolder folder;
    private final InetAddress address;
    private final Path certificate;
    private final Path audit;
    private final Path adminSocket;
    private final int plainPort;
    private final int tlsPort;
    private final int metricsPort;
    private final OwnProcess process;

    private GatewayProcess(TestFolder folder, List<String> launcher, String host, String target, String... options)
            throws IOException {
        this.folder = folder;
        this.address = InetAddress.getByName(host);
        this.audit = folder.fresh("audit.jsonl");
        this.adminSocket = folder.fresh("admin.sock");
        List<Integer> ports = freePorts();
        this.plainPort = ports.get(0);
        this.tlsPort = ports.get(1);
        this.metricsPort = ports.get(2);
        TestCertificates.Pair pair = TestCertificates.authority(folder, "Authority of the load tests")
                .issue("DNS:localhost", "IP:127.0.0.1");
        this.certificate = pair.certificate();
        Path configuration = folder.write("gatehouse.toml", configuration(pair, target));
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of("io.gatehouse.dist.Main", "run", "--config", configuration.toString()));
        this.process = OwnProcess.startServer(folder, Map.of(), command);
        if (!Wait.until(START_LIMIT, () -> !process.isAlive() || answers()) || !process.isAlive()) {
            String report = process.report();
            process.close();
            throw new ProcessException("no gateway: " + report);
        }
    }

    /** On 127.0.0.1, with further options of the virtual machine. */
    static GatewayProcess start(TestFolder folder, String... options) throws IOException {
        return new GatewayProcess(folder, List.of(), "127.0.0.1", "127.0.0.1", options);
    }

    /** In another network, where {@code launcher} starts programs. */
    static GatewayProcess startIn(TestFolder folder, List<String> launcher, String host, String target)
            throws IOException {
        return new GatewayProcess(folder, launcher, host, target);
    }

    private String configuration(TestCertificates.Pair pair, String target) {
        return """
                [server]
                name = "localhost"
                [[listener]]
                address = "127.0.0.1:%2$d"
                [[listener]]
                address = "%1$s:%3$d"
                tls = { certificate = "%4$s", key = "%5$s" }
                [metrics]
                address = "%1$s:%6$d"
                allow-remote = true
                [auth]
                order = ["ntlm"]
                [auth.ntlm]
                accounts = "%7$s"
                [[policy.rule]]
                name = "load"
                targets = ["%8$s"]
                ports = ["1-65535"]
                [audit]
                file = "%9$s"
                [admin]
                socket = "%10$s"
                """.formatted(
                                address.getHostAddress(),
                                plainPort,
                                tlsPort,
                                pair.certificate(),
                                pair.key(),
                                metricsPort,
                                folder.write("accounts", ACCOUNT),
                                target,
                                audit,
                                adminSocket)
                + LIMITS;
    }

    private static List<Integer> freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0);
                ServerSocket three = new ServerSocket(0)) {
            return List.of(one.getLocalPort(), two.getLocalPort(), three.getLocalPort());
        }
    }

    private boolean answers() {
        try (GatewayClient client = client(Transport.WEBSOCKET, true)) {
            client.connect();
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** A client that signs in as alice by NTLM. */
    GatewayClient client(Transport transport, boolean tls) {
        return new GatewayClient(ClientOptions.builder("localhost", tls ? tlsPort : plainPort)
                .address(new InetSocketAddress(address, tls ? tlsPort : plainPort))
                .trust(tls ? new Trust.Pinned(pinned()) : new Trust.Plain())
                .transport(transport)
                .credentials(Credentials.ntlm("alice", PASSWORD))
                .readTimeout(Duration.ofMinutes(1))
                .build());
    }

    private X509Certificate pinned() {
        try (InputStream stream = Files.newInputStream(certificate)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One number of the metrics page, all its labels together. */
    double metric(String name) {
        return number(page(), name).orElseThrow(() -> new IllegalStateException("no metric " + name));
    }

    private String page() {
        try (InputStream stream = URI.create("http://" + address.getHostAddress() + ":" + metricsPort + "/metrics")
                .toURL()
                .openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Double> number(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .reduce(Double::sum);
    }

    /** What the process takes after a full garbage collection. */
    Footprint footprint() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Command.of(jcmd.toString(), String.valueOf(processId()), "GC.run").runOrThrow(folder);
        String page = page();
        return new Footprint(
                value(page, "jvm_memory_used_bytes{area=\"heap\""),
                value(page, "jvm_buffer_pool_used_bytes{pool=\"direct\""),
                resident(),
                value(page, "process_open_fds "),
                value(page, "jvm_threads_current "));
    }

    private static long value(String page, String beginning) {
        return page.lines()
                .filter(line -> line.startsWith(beginning))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no metric " + beginning));
    }

    private long resident() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(processId()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process of the virtual machine. */
    long processId() {
        return process.children().stream()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no gateway: " + process.report()));
    }

    /** The port of the listener with TLS. */
    int tlsPort() {
        return tlsPort;
    }

    /** Processor seconds so far. */
    double processorSeconds() {
        return metric("process_cpu_seconds_total");
    }

    /** Waits until no tunnel and no connection is left; answers whether that came about. */
    boolean awaitEmpty() {
        return Wait.until(
                Duration.ofMinutes(1),
                () -> metric("gatehouse_tunnels") == 0
                        && metric("gatehouse_connections") == 0
                        && metric("gatehouse_half_tunnels") == 0);
    }

    /** The answer of the admin API to a GET, over its socket. */
    String admin(String path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(adminSocket))) {
            channel.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200")) {
                throw new IOException(answer.lines().findFirst().orElse("no answer"));
            }
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    /** How many audit lines have this text. */
    long audited(String text) {
        try (Stream<String> lines = Files.lines(audit)) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
