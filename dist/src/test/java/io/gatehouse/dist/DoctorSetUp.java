package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A set-up with a running gateway, for {@code gatehouse doctor} to look at. As it is made nothing is wrong with it;
 * each test breaks one thing.
 */
final class DoctorSetUp implements AutoCloseable {
    private final TestFolder folder;
    final TestCertificates authority;
    final Path configuration;
    private final List<Gateway> gateways = new ArrayList<>();

    private DoctorSetUp(TestFolder folder, TestCertificates authority, Path configuration) {
        this.folder = folder;
        this.authority = authority;
        this.configuration = configuration;
    }

    /**
     * What the doctor found, by its codes.
     *
     * @param code its exit code
     */
    record Diagnosis(int code, List<Found> findings) {
        List<String> codes() {
            return findings.stream().map(Found::code).toList();
        }

        /** The finding with this code. */
        Found only(String code) {
            List<Found> found = findings.stream()
                    .filter(finding -> finding.code().equals(code))
                    .toList();
            assertThat(found).as("%s among %s", code, findings).isNotEmpty();
            return found.getFirst();
        }
    }

    record Found(String code, String severity, String cause, String fix) {}

    /** Makes it; no gateway runs yet. */
    static DoctorSetUp in(TestFolder folder) throws IOException {
        TestCertificates authority = TestCertificates.authority(folder, "Gatehouse Doctor CA");
        Path home = folder.freshFolder("doctor");
        addAccount(home.resolve("accounts"));
        DoctorSetUp setUp = new DoctorSetUp(folder, authority, home.resolve("gatehouse.toml"));
        setUp.withPair(setUp.authority.issueFor(30, "DNS:localhost")).withChain();
        setUp.withConfiguration("", "");
        return setUp;
    }

    private static void addAccount(Path file) {
        CommandRun run = CommandRun.withInput(
                "Correct Horse 7\n", "user", "add", "alice", "--accounts", file.toString(), "--password-stdin");
        assertThat(run.code()).as(run.err()).isZero();
    }

    /** This pair for the listener. */
    DoctorSetUp withPair(TestCertificates.Pair pair) throws IOException {
        PrivateFiles.write(file("a.pem"), Files.readAllBytes(pair.certificate()));
        return withKey(pair);
    }

    /** The key of this pair, whatever the certificate. */
    DoctorSetUp withKey(TestCertificates.Pair pair) throws IOException {
        PrivateFiles.write(file("a.key"), Files.readAllBytes(pair.key()));
        return this;
    }

    /** Appends the authority's certificate to that of the listener. */
    DoctorSetUp withChain() throws IOException {
        Files.writeString(file("a.pem"), Files.readString(file("a.pem")) + Files.readString(authority.certificate()));
        return this;
    }

    /**
     * The configuration.
     *
     * @param listener more keys of the listener
     * @param more tables
     */
    DoctorSetUp withConfiguration(String listener, String more) throws IOException {
        return withText("""
                [[listener]]
                address = "127.0.0.1:0"
                tls = { certificate = "a.pem", key = "a.key" }
                %s
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                [auth.paa]
                %s
                [[policy.rule]]
                name = "loopback"
                targets = ["127.0.0.1", "nowhere.invalid"]
                ports = ["1024-65535"]
                """.formatted(listener, more));
    }

    DoctorSetUp withText(String text) throws IOException {
        Files.writeString(configuration, text);
        return this;
    }

    Path file(String name) {
        return configuration.resolveSibling(name);
    }

    /**
     * Starts one more gateway with the configuration as it is now and token keys of its own, since two that run cannot
     * share them; returns its port.
     */
    int start() {
        try {
            int number = gateways.size() + 1;
            Path own = file("gateway-" + number + ".toml");
            Files.writeString(
                    own,
                    text(configuration)
                            .replace("[auth.paa]\n", "[auth.paa]\nkeys = \"token-keys-" + number + ".json\"\n"));
            Gateway gateway =
                    ConfigurationFile.prepared(own, World.ofThisProcess(), new PrintWriter(Writer.nullWriter()));
            gateway.open();
            gateways.add(gateway);
            return gateway.addresses().getFirst().getPort();
        } catch (Exception e) {
            throw new AssertionError("the gateway does not start", e);
        }
    }

    /** Runs the doctor with these arguments beside the configuration. */
    Diagnosis doctor(String... arguments) {
        return diagnosis(CommandRun.of(beside(arguments)));
    }

    /** The same at another time. */
    Diagnosis doctorAt(Clock clock, String... arguments) {
        return diagnosis(CommandRun.at(clock, beside(arguments)));
    }

    /** Also signs in at localhost, with lines of standard input. */
    Diagnosis signedIn(String input, int port, String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--public-name", "localhost:" + port, "--sign-in", "--password-stdin"));
        all.addAll(List.of(arguments));
        return diagnosis(CommandRun.withInput(input, beside(all.toArray(String[]::new))));
    }

    /** The command line of the doctor with this configuration, whose authority it trusts. */
    String[] beside(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "doctor",
                "--json",
                "--config",
                configuration.toString(),
                "--ca",
                authority.certificate().toString()));
        all.addAll(List.of(arguments));
        return all.toArray(String[]::new);
    }

    /** Starts a gateway, and examines it by its public name. */
    Diagnosis examined(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--public-name", "localhost:" + start()));
        all.addAll(List.of(arguments));
        return doctor(all.toArray(String[]::new));
    }

    /** What a run with {@code --json} found. */
    static Diagnosis diagnosis(CommandRun run) {
        try {
            Map<String, Object> json = JSONObjectUtils.parse(run.out());
            List<Found> findings = new ArrayList<>();
            for (Map<String, Object> each : JSONObjectUtils.getJSONObjectArray(json, "findings")) {
                findings.add(new Found(
                        String.valueOf(each.get("code")),
                        String.valueOf(each.get("severity")),
                        String.valueOf(each.get("cause")),
                        String.valueOf(each.get("fix"))));
            }
            return new Diagnosis(run.code(), findings);
        } catch (ParseException e) {
            throw new AssertionError(run.toString(), e);
        }
    }

    TestFolder folder() {
        return folder;
    }

    @Override
    public void close() {
        gateways.forEach(Gateway::close);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
