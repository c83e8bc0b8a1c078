package io.gatehouse.dist.installed;

import io.gatehouse.testkit.desktop.FreeRdpClient;
import io.gatehouse.testkit.desktop.XrdpDesktop;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A gateway out of the tarball: unpacked, configured by its own commands and running as a process of its own on
 * loopback.
 */
final class InstalledGateway implements AutoCloseable {
    static final String PASSWORD = "Correct Horse 7";
    /** A rule for every desktop on this machine. */
    static final String ALLOW = """
            [[policy.rule]]
            name = "all"
            targets = ["127.0.0.1"]
            ports = ["1024-65535"]
            """;
    /** A rule that keeps alice out of this machine. */
    static final String DENY = """
            [[policy.rule]]
            name = "not alice"
            action = "deny"
            users = ["alice"]
            targets = ["127.0.0.0/8"]
            ports = ["*"]
            """;

    /** Gateways of tests do not live long enough for Java's second compiler: without it they start in half the time. */
    static final Map<String, String> QUICK_START = Map.of("GATEHOUSE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private static final String CERTIFICATE = "conf/tls/certificate.pem";
    private static final String CLASSES = "classes.log";
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);

    private static final String LOCAL_ACCOUNTS = """
            [auth]
            order = ["ntlm", "local"]
            [auth.ntlm]
            accounts = "accounts"
            [auth.local]
            accounts = "accounts"
            [auth.paa]
            """;

    /** What is done between unpacking and starting. */
    private interface Preparation {
        void prepare(Path home) throws IOException;
    }

    private static List<String> localAccounts = List.of();

    private final Path home;
    private final Path log;
    private final int port;
    private final Process process;

    private InstalledGateway(Path home, Path log, int port, Process process) {
        this.home = home;
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /**
     * Unpacks and starts a gateway with the accounts {@code alice} of the group {@code staff} and {@code bob} of none.
     *
     * @param rules the {@code [[policy.rule]]} tables
     */
    static InstalledGateway start(TestFolder folder, String rules) {
        return start(folder, LOCAL_ACCOUNTS, rules, InstalledGateway::giveLocalAccounts);
    }

    /**
     * {@link #start(TestFolder, String)} with other ways to sign in, and what belongs to them.
     *
     * @param signIn the tables that say who may sign in, {@code [auth]} first; {@code ${port}} stands for the gateway's
     *     port
     */
    static InstalledGateway startWithAccounts(TestFolder folder, String signIn, String rules) {
        return start(folder, signIn, rules, InstalledGateway::addAccounts);
    }

    /** {@link #start(TestFolder, String)} with an AOT cache that was made first, which takes half a minute. */
    static InstalledGateway startWithAotCache(TestFolder folder) {
        return start(folder, LOCAL_ACCOUNTS, "", home -> run(program(home, "aot-cache"), ""));
    }

    /** {@link #start(TestFolder, String)} with an AOT cache that Java cannot use. */
    static InstalledGateway startWithForeignAotCache(TestFolder folder) {
        return start(
                folder, LOCAL_ACCOUNTS, "", home -> Files.writeString(home.resolve("lib/gatehouse.aot"), "of others"));
    }

    /** {@link #start(TestFolder, String)} of a gateway that notes {@link #loadedClasses}. */
    static InstalledGateway startNotingClasses(TestFolder folder) {
        return start(
                folder,
                LOCAL_ACCOUNTS,
                ALLOW,
                home -> Files.writeString(
                        home.resolve("lib/java-options"),
                        "-Xlog:class+load:file=" + home.resolve(CLASSES) + "\n",
                        StandardOpenOption.APPEND));
    }

    private static void addAccounts(Path home) throws IOException {
        command(home, PASSWORD, "user", "add", "alice", "--group", "staff", "--password-stdin");
        command(home, PASSWORD, "user", "add", "bob", "--password-stdin");
    }

    /** {@link #addAccounts} for {@link #LOCAL_ACCOUNTS}: the file that the first gateway of a JVM made serves all. */
    private static synchronized void giveLocalAccounts(Path home) throws IOException {
        Path accounts = home.resolve("conf/accounts");
        if (localAccounts.isEmpty()) {
            addAccounts(home);
            localAccounts = Files.readAllLines(accounts);
        } else {
            Files.write(accounts, localAccounts);
        }
    }

    /**
     * Unpacks and starts a gateway without accounts of its own.
     *
     * @param signIn the tables that say who may sign in, {@code [auth]} first; {@code ${port}} stands for the gateway's
     *     port
     * @param rules the {@code [[policy.rule]]} tables
     */
    static InstalledGateway start(TestFolder folder, String signIn, String rules) {
        return start(folder, signIn, rules, _ -> {});
    }

    /**
     * {@link #start(TestFolder, String, String)} on this port, with this certificate instead of one that it makes for
     * itself.
     */
    static InstalledGateway start(TestFolder folder, int port, TestCertificates.Pair tls, String signIn, String rules) {
        return start(folder, port, signIn, rules, home -> {
            Files.createDirectories(home.resolve("conf/tls"));
            Files.copy(tls.certificate(), home.resolve(CERTIFICATE));
            Files.copy(tls.key(), home.resolve("conf/tls/key.pem"));
        });
    }

    private static InstalledGateway start(TestFolder folder, String signIn, String rules, Preparation preparation) {
        return start(folder, freePort(), signIn, rules, preparation);
    }

    private static InstalledGateway start(
            TestFolder folder, int port, String signIn, String rules, Preparation preparation) {
        try {
            Path home = unpack(folder.freshFolder("gateway"));
            Files.writeString(home.resolve("conf/gatehouse.toml"), """
                    [[listener]]
                    address = "127.0.0.1:%d"
                    tls = { certificate = "tls/certificate.pem", key = "tls/key.pem", self-signed = true }
                    [audit]
                    file = "audit.jsonl"
                    %s
                    %s
                    """.formatted(
                            port, signIn.replace("${port}", String.valueOf(port)), rules));
            preparation.prepare(home);
            Path log = folder.fresh("gateway.log");
            Process process = builder(home, "run")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            InstalledGateway gateway = new InstalledGateway(home, log, port, process);
            gateway.awaitStart();
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that the build has made. */
    static Path tarball() throws IOException {
        try (Stream<Path> built = Files.list(Path.of("target"))) {
            return built.filter(file -> file.getFileName().toString().matches("gatehouse-.*-linux-.*\\.tar\\.gz"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no tarball in dist/target: run mvn package first"))
                    .toAbsolutePath();
        }
    }

    static Path unpack(Path directory) throws IOException {
        run(
                new ProcessBuilder(
                        "tar", "-xzf", tarball().toString(), "-C", directory.toString(), "--strip-components=1"),
                "");
        return directory;
    }

    /** Makes an {@code .rdp} file with a token for a user of one group and a desktop on 127.0.0.1. */
    void makeRdpFile(String user, String group, int desktopPort, Path file) {
        List<String> who = List.of("rdp", "make", "--user", user, "--group", group);
        List<String> where = List.of("--gateway", "localhost:" + port, "--target", "127.0.0.1:" + desktopPort);
        List<String> output = List.of("--output", file.toString());
        command(Stream.of(who, where, output).flatMap(List::stream).toArray(String[]::new));
    }

    /** A port on 127.0.0.1 on which nobody listened a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** FreeRDP, which signs in as {@code user} of its accounts and opens {@code desktop}. */
    FreeRdpClient.Builder client(XrdpDesktop desktop, String user) {
        return FreeRdpClient.to("127.0.0.1", desktop.port())
                .through("localhost", port())
                .as(user, PASSWORD);
    }

    private static ProcessBuilder builder(Path home, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", home.resolve("conf/gatehouse.toml").toString()));
        return program(home, all.toArray(String[]::new));
    }

    private static ProcessBuilder program(Path home, String... arguments) {
        List<String> line =
                new ArrayList<>(List.of(home.resolve("bin/gatehouse").toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(QUICK_START);
        return builder;
    }

    private static String command(Path home, String input, String... arguments) throws IOException {
        return run(builder(home, arguments), input);
    }

    /** What a command printed on standard output that may end with any exit code, such as {@code doctor}. */
    String printed(String... arguments) {
        try {
            Process process = builder(home, arguments)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!ended(process, START)) {
                throw new IllegalStateException("it does not end: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it printed. */
    private static String run(ProcessBuilder builder, String input) throws IOException {
        Path stdin = Files.createTempFile("gatehouse-", ".stdin");
        try {
            Files.writeString(stdin, input + "\n");
            Process process = builder.redirectErrorStream(true)
                    .redirectInput(stdin.toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!ended(process, START) || process.exitValue() != 0) {
                throw new IllegalStateException(builder.command() + " failed: " + output);
            }
            return output;
        } finally {
            Files.delete(stdin);
        }
    }

    private static boolean ended(Process process, Duration limit) throws IOException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void awaitStart() throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (!Files.readString(log).contains("gateway started")) {
            if (System.nanoTime() > end || ended(process, Duration.ofMillis(50))) {
                close();
                throw new IllegalStateException("the gateway did not start: " + Files.readString(log));
            }
        }
    }

    /** Runs one of the gateway's commands with its configuration, and answers what it printed. */
    String command(String... arguments) {
        try {
            return command(home, "", arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The certificate that it shows to clients. */
    Path certificate() {
        return home.resolve(CERTIFICATE);
    }

    /** {@link #certificate}, parsed. */
    X509Certificate x509() {
        try (InputStream in = Files.newInputStream(certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The names of the classes that Java has loaded until now, in their order. */
    List<String> loadedClasses() throws IOException {
        try (Stream<String> lines = Files.lines(home.resolve(CLASSES))) {
            return lines.map(line -> line.substring(line.lastIndexOf("] ") + 2).replaceFirst(" .*", ""))
                    .toList();
        }
    }

    /** A file of its configuration folder. */
    Path configurationFile(String name) {
        return home.resolve("conf").resolve(name);
    }

    /** The program itself, for others to start. */
    Path program() {
        return home.resolve("bin/gatehouse");
    }

    /** The file to which it logs. */
    Path logFile() {
        return log;
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /** What the gateway logged. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The audit lines so far that {@code wanted} accepts. */
    List<String> audit(Predicate<String> wanted) {
        Path audit = home.resolve("conf/audit.jsonl");
        try (Stream<String> lines = Files.lines(audit)) {
            return lines.filter(wanted).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends it SIGHUP. */
    void hangUp() {
        try {
            run(new ProcessBuilder("kill", "-HUP", String.valueOf(pid())), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first audit line that {@code wanted} accepts; waits for it up to ten seconds. */
    String awaitAudit(Predicate<String> wanted) {
        Path audit = home.resolve("conf/audit.jsonl");
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        try {
            while (true) {
                List<String> lines = Files.exists(audit) ? Files.readAllLines(audit) : List.of();
                for (String line : lines) {
                    if (wanted.test(line)) {
                        return line;
                    }
                }
                if (System.nanoTime() > end || ended(process, Duration.ofMillis(50))) {
                    throw new AssertionError("no such audit line among " + lines);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!ended(process, STOP)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }
}
