package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {
    @TempDir
    Path folder;

    private String configuration = "";

    @BeforeEach
    void configuration() throws IOException {
        configuration = configured("gw.example.com");
        assertThat(run("token", "rotate").code()).isZero();
    }

    private String configured(String server) throws IOException {
        return Files.writeString(folder.resolve(server + ".toml"), """
                        [server]
                        name = "%s"
                        [[listener]]
                        address = "127.0.0.1:0"
                        [auth]
                        order = []
                        [auth.paa]
                        [[policy.rule]]
                        name = "all"
                        targets = ["*"]
                        """.formatted(server))
                .toString();
    }

    @Test
    void mintedTokenIsInspected() {
        CommandRun minted = run("token", "mint", "--user", "CORP\\alice", "--group", "staff", "--target", "win11.lab");
        assertThat(minted.code()).isZero();
        CommandRun inspected = run("token", "inspect", minted.out().strip());
        assertThat(inspected.code()).isZero();
        assertThat(inspected.out())
                .contains("user          CORP\\alice\n", "groups        staff\n", "opens         win11.lab:3389\n")
                .containsPattern("expires +20");
    }

    @Test
    void tokenOfAnotherGatewayIsNoToken() throws IOException {
        String token = mint();
        configuration = configured("other.example.com");
        CommandRun inspected = run("token", "inspect", token);
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.err()).contains("not a token of this gateway: made for another gateway");
    }

    @Test
    void expiredTokenIsShownAsExpired() {
        String token = mint();
        CommandRun inspected = CommandRun.at(
                Clock.offset(Clock.systemUTC(), Duration.ofHours(1)),
                "token",
                "inspect",
                token,
                "--config",
                configuration);
        assertThat(inspected.out()).containsPattern("expired +20");
    }

    @Test
    void rotationKeepsTheLastKeyAndDropsItWhenTold() {
        String token = mint();
        assertThat(run("token", "rotate", "--algorithm", "ES256").out()).contains("2 keys in all");
        assertThat(run("token", "inspect", token).code()).isZero();
        assertThat(run("token", "rotate", "--keep", "0").out()).contains("1 key in all");
        assertThat(run("token", "inspect", token).err()).contains("signed with an unknown key");
    }

    @Test
    void endedUsersStandBesideTheKeys() throws IOException {
        assertThat(run("user", "end", "CORP\\Alice").out()).startsWith("ended corp\\alice (");
        assertThat(run("user", "end", "bob").code()).isZero();
        assertThat(Files.readAllLines(folder.resolve("ended-users")))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("Z corp\\alice"),
                        line -> assertThat(line).endsWith("Z \\bob"));
        assertThat(run("user", "end", "CORP\\").code()).isEqualTo(2);
    }

    @Test
    void keyFileIsClosedToOthers() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("paa-keys.json"))))
                .isEqualTo("rw-------");
    }

    /** The service's group reads the keys: a rotation by root must not take them away from it. */
    @Test
    void rotationByRootKeepsGroupAndPermissions() throws IOException {
        assumeRoot();
        Path keys = folder.resolve("paa-keys.json");
        Files.setAttribute(keys, "unix:gid", 4711);
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r-----"));

        assertThat(run("token", "rotate").code()).isZero();

        assertThat(Files.getAttribute(keys, "unix:gid")).isEqualTo(4711);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rw-r-----");
    }

    /** As /etc/gatehouse is, which root owns and the group of the service may enter. */
    @Test
    void newKeysOfRootAreForTheGroupOfTheirFolder() throws IOException {
        assumeRoot();
        Path keys = folder.resolve("paa-keys.json");
        Files.delete(keys);
        Files.setAttribute(folder, "unix:gid", 4711);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));

        assertThat(run("token", "rotate").code()).isZero();

        assertThat(Files.getAttribute(keys, "unix:gid")).isEqualTo(4711);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rw-r-----");
    }

    /** Root's file could not be read by the service, and a link in its folder could lead root anywhere. */
    @Test
    void rootDoesNotRotateTheKeysOfAnotherUser() throws IOException {
        assumeRoot();
        Path keys = folder.resolve("paa-keys.json");
        byte[] before = Files.readAllBytes(keys);
        Files.setAttribute(keys, "unix:uid", 4711);

        CommandRun refused = run("token", "rotate");

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("belongs to uid 4711, who must change it");
        assertThat(keys).hasBinaryContent(before);

        Files.delete(keys);
        Files.setAttribute(folder, "unix:uid", 4711);
        refused = run("token", "rotate");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains(folder + " belongs to uid 4711, who must change it");
        assertThat(keys).doesNotExist();
    }

    private static void assumeRoot() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can give files away");
    }

    @Test
    void targetsAreChecked() {
        assertThat(run("token", "mint", "--user", "alice", "--target", "win11:99999")
                        .err())
                .contains("--target win11:99999: port (expected 1 to 65535)");
        assertThat(run("token", "mint", "--user", "alice", "--target", "127.1").code())
                .isEqualTo(2);
    }

    @Test
    void madeFileCarriesTheTokenAndKeepsTheTemplate() throws IOException {
        Path template = Files.writeString(
                folder.resolve("office.rdp"), "screen mode id:i:2\nfull address:s:elsewhere\nzz:s:kept\n");
        Path file = folder.resolve("win11.rdp");
        CommandRun run = run(
                "rdp",
                "make",
                "--user",
                "alice",
                "--target",
                "win11.lab:3390",
                "--template",
                template.toString(),
                "--set",
                "audiomode:i:2",
                "--output",
                file.toString());
        assertThat(run.code()).isZero();
        String text = Files.readString(file, StandardCharsets.US_ASCII);
        assertThat(text)
                .startsWith("screen mode id:i:2\r\nfull address:s:win11.lab:3390\r\nzz:s:kept\r\n")
                .contains(
                        "gatewayhostname:s:gw.example.com\r\n", "gatewaycredentialssource:i:5\r\n", "audiomode:i:2\r\n")
                .doesNotContain("signature");
        String token = text.lines()
                .filter(line -> line.startsWith("gatewayaccesstoken:s:"))
                .findFirst()
                .orElseThrow()
                .substring("gatewayaccesstoken:s:".length());
        assertThat(run("token", "inspect", token).out()).contains("opens         win11.lab:3390\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void madeFileNamesThePortThatClientsConnectTo() throws IOException {
        Path certificate = folder.resolve("gateway.pem");
        Path key = folder.resolve("gateway.key");
        SelfSignedCertificate.write(certificate, key, List.of("gw.example.com"), Clock.systemUTC());
        String tls = "\"\ntls = { certificate = \"gateway.pem\", key = \"gateway.key\" }\n";
        Path original = Path.of(configuration);
        String text = Files.readString(original);
        Files.writeString(original, text.replace("127.0.0.1:0\"\n", "127.0.0.1:8443" + tls));
        assertThat(madeFile()).contains("gatewayhostname:s:gw.example.com:8443\r\n");
        Files.writeString(original, text.replace("127.0.0.1:0\"\n", "127.0.0.1:443" + tls));
        assertThat(madeFile()).contains("gatewayhostname:s:gw.example.com\r\n");
    }

    private String madeFile() throws IOException {
        Path file = folder.resolve("made.rdp");
        Files.deleteIfExists(file);
        assertThat(run("rdp", "make", "--user", "alice", "--target", "win11.lab", "--output", file.toString())
                        .code())
                .isZero();
        return Files.readString(file, StandardCharsets.US_ASCII);
    }

    @Test
    void madeFileIsSignedWhenThereIsAPublisher() throws IOException {
        Path certificate = folder.resolve("publisher.pem");
        Path key = folder.resolve("publisher.key");
        SelfSignedCertificate.write(certificate, key, List.of("publisher"), Clock.systemUTC());
        Path file = folder.resolve("win11.rdp");
        CommandRun run = run(
                "rdp",
                "make",
                "--user",
                "alice",
                "--target",
                "win11",
                "--output",
                file.toString(),
                "--certificate",
                certificate.toString(),
                "--key",
                key.toString());
        assertThat(run.out()).contains("signed as CN=publisher");
        assertThat(Files.readString(file)).contains("\r\nsignature:s:");
    }

    @Test
    void withoutTheTableThereAreNoTokens() throws IOException {
        configuration = Files.writeString(folder.resolve("none.toml"), """
                        [[listener]]
                        address = "127.0.0.1:0"
                        [auth]
                        order = ["ntlm"]
                        """).toString();
        assertThat(run("token", "rotate").err()).contains("the configuration has no [auth.paa]");
    }

    private String mint() {
        return run("token", "mint", "--user", "alice", "--target", "win11")
                .out()
                .strip();
    }

    private CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", configuration));
        return CommandRun.of(all.toArray(String[]::new));
    }
}
