package io.gatehouse.dist;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of each configuration, {@code check}, {@code run} and {@code reload} say the same, without a stack trace. */
class CheckAndRunAgreeTest {
    /** What both say of each file, in its warnings or problems; a file that can be run begins with "ok". */
    private static final Map<String, List<String>> EXPECTED = Map.ofEntries(
            Map.entry("thirty-oidc-providers.toml", List.of("ok")),
            Map.entry("byte-order-mark.toml", List.of("ok")),
            Map.entry("portal-with-keys-to-be-made.toml", List.of("ok", "dirty.rdp: line 2: not a setting")),
            Map.entry(
                    "rule-words-that-never-match.toml",
                    List.of(
                            "ok",
                            "policy.rule[0].methods[0]: \"password\": no sign-in method has this name",
                            "policy.rule[0].groups[0]: \"*\": only a group of this very name matches",
                            "policy.rule[0].users[0]: \"CORP\\*\": only an account of this very name matches",
                            "policy.rule[0].targets[0]: \"any\": only a host of this very name matches")),
            Map.entry(
                    "everybody-is-a-proxy.toml",
                    List.of(
                            "ok",
                            "listener[0].trusted-proxies[0]: \"0.0.0.0/0\": any machine in it can pretend",
                            "listener[0].trusted-proxies[2]: \"::/0\": any machine in it can pretend")),
            Map.entry(
                    "certificate-for-another-name.toml",
                    List.of("ok", "the certificate is for gw.example.test and for none of the names")),
            Map.entry(
                    "domain-user-in-double-quotes.toml",
                    List.of("policy.rule[0].users[0]: \"CORP\\bob\": control character in the name", "'CORP\\bob'")),
            Map.entry(
                    "listener-interface-name.toml",
                    List.of("[[listener]] eth0:8443: unknown host (expected an address of this machine")),
            Map.entry("audit-file-without-folder.toml", List.of("audit.log cannot be written", "there is no folder")),
            Map.entry(
                    "secret-that-everybody-reads.toml",
                    List.of("auth.oidc.provider[0].client-secret: file ", "/open has the permissions 666")),
            Map.entry(
                    "signing-key-that-everybody-reads.toml",
                    List.of("[portal.signing]: private key ", "/open.key has the permissions 666")),
            Map.entry(
                    "certificate-in-der.toml",
                    List.of("der.cer: it is a certificate in DER (expected PEM; convert it with: openssl x509")),
            Map.entry("broken-syntax.toml", List.of("broken-syntax.toml:2:")),
            Map.entry("empty.toml", List.of("listener: missing")));

    /** No process has this number. */
    private static final String NOBODY = "999999999";

    @TempDir
    private Path folder;

    private static Path configurations() {
        try {
            return Path.of(requireNonNull(CheckAndRunAgreeTest.class.getResource("configurations"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<String> files() throws IOException {
        try (Stream<Path> all = Files.list(configurations())) {
            return all.map(file -> String.valueOf(file.getFileName())).sorted().toList().stream();
        }
    }

    private void around() throws IOException {
        SelfSignedCertificate.write(
                folder.resolve("full.pem"), folder.resolve("key.pem"), List.of("gw.example.test"), Clock.systemUTC());
        Files.write(
                folder.resolve("der.cer"),
                Base64.getMimeDecoder()
                        .decode(Files.readString(folder.resolve("full.pem")).replaceAll("-----[^-]*-----", "")));
        PrivateFiles.write(folder.resolve("accounts"), "# nobody\n");
        PrivateFiles.write(folder.resolve("sec"), "secret\n");
        PrivateFiles.write(folder.resolve("open"), "secret\n");
        Files.copy(folder.resolve("key.pem"), folder.resolve("open.key"));
        for (String open : List.of("open", "open.key")) {
            Files.setPosixFilePermissions(folder.resolve(open), PosixFilePermissions.fromString("rw-rw-rw-"));
        }
        Files.writeString(folder.resolve("dirty.rdp"), "audiomode:i:2\n# a comment\n");
    }

    /** On ports of the system's choice, or two tests at once would take each other's. */
    private Path copy(String name) throws IOException {
        Path file = folder.resolve(name);
        String text = Files.readString(configurations().resolve(name));
        return Files.writeString(
                file, text.replaceAll("address = \"127\\.0\\.0\\.1:[0-9]+\"", "address = \"127.0.0.1:0\""));
    }

    @ParameterizedTest
    @MethodSource("files")
    void checkAndRunAgree(String name) throws IOException {
        around();
        String file = copy(name).toString();
        List<String> expected = requireNonNull(EXPECTED.get(name), name);
        boolean good = expected.getFirst().equals("ok");

        CommandRun check = CommandRun.of("check", "--config", file);
        CommandRun run = CommandRun.of("run", "--config", file);

        CommandRun reload = CommandRun.of("reload", "--config", file, "--pid", NOBODY);

        assertThat(check.code()).as(check.err()).isEqualTo(good ? 0 : 2);
        assertThat(run.code()).as(run.err()).isEqualTo(check.code());
        assertThat(run.err().lines().filter(line -> !line.startsWith("made a ")))
                .containsExactlyElementsOf(check.err().lines().toList());
        assertThat(reload.code())
                .as("a good file is for the gateway, which is not there")
                .isEqualTo(good ? 1 : 2);
        assertThat(reload.err().lines().filter(line -> !line.equals("gatehouse: there is no process " + NOBODY)))
                .containsExactlyElementsOf(
                        CommandRun.of("check", "--config", file).err().lines().toList());
        assertThat(check.err()).doesNotContain("\tat ", "Exception in thread");
        List<String> said = expected.subList(good ? 1 : 0, expected.size());
        if (said.isEmpty()) {
            assertThat(check.err().lines().filter(line -> !line.contains("does not exist yet")))
                    .isEmpty();
        } else {
            assertThat(check.err()).contains(said);
        }
    }

    @Test
    void checkLeavesNothingBehind() throws IOException {
        around();
        String file = copy("portal-with-keys-to-be-made.toml").toString();
        List<Path> before = listing();

        assertThat(CommandRun.of("check", "--config", file).code()).isZero();

        assertThat(listing()).isEqualTo(before);
    }

    private List<Path> listing() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
