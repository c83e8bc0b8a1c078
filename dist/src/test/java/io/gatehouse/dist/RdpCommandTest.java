package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

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

class RdpCommandTest {
    @TempDir
    Path folder;

    private String certificate = "";
    private String key = "";
    private Path file = Path.of("");

    @BeforeEach
    void publisher() throws IOException {
        certificate = folder.resolve("publisher.pem").toString();
        key = folder.resolve("publisher.key").toString();
        SelfSignedCertificate.write(Path.of(certificate), Path.of(key), List.of("publisher"), Clock.systemUTC());
        file = Files.writeString(folder.resolve("win11.rdp"), "full address:s:win11\nzz future:i:1\n");
    }

    @Test
    void fileIsSignedInPlaceAndKeepsWhatNobodyKnows() throws IOException {
        CommandRun run = sign();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("as CN=publisher").containsPattern("SHA-256 [0-9A-F]{64}\n");
        assertThat(Files.readString(file, StandardCharsets.US_ASCII))
                .startsWith("full address:s:win11\r\nzz future:i:1\r\nalternate full address:s:win11\r\n")
                .contains("signscope:s:Full Address,Alternate Full Address\r\nsignature:s:AQABAAEAAA");
    }

    @Test
    void settingsAreChangedBeforeSigningAndTheOriginalIsLeft() throws IOException {
        Path output = folder.resolve("signed.rdp");
        CommandRun run = sign("--set", "full address:s:büro", "--output", output.toString());
        assertThat(run.code()).isZero();
        assertThat(Files.readString(output, StandardCharsets.UTF_16)).contains("full address:s:büro\r\n");
        assertThat(Files.readString(file)).doesNotContain("signature");
    }

    @Test
    void settingThatWouldBecomeTwoLinesIsRefused() {
        CommandRun run = sign("--set", "full address:s:a\r\ngatewayhostname:s:evil");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("control character in a value");
    }

    @Test
    void whatClientsWouldNotUnderstandIsLeftOutAndTold() throws IOException {
        Files.writeString(
                file, "full address:s:win11\nnonsense\nscreen mode id:i:2 \naudiomode:i:\nscreen mode id:i:1\n");
        CommandRun run = sign();
        assertThat(run.code()).isZero();
        assertThat(run.err())
                .contains(
                        "win11.rdp: line 2: not a setting",
                        "win11.rdp: line 4: value of a number",
                        "win11.rdp: line 5: the setting of line 3 again; the later one counts");
        assertThat(Files.readString(file))
                .startsWith("full address:s:win11\r\nscreen mode id:i:1\r\nalternate full address:s:win11\r\n");
    }

    @Test
    void aFileWithoutSettingsIsNotSigned() throws IOException {
        Files.write(file, new byte[0]);
        CommandRun run = sign();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("win11.rdp: no setting in it");
        assertThat(Files.size(file)).isZero();
    }

    @Test
    void aFileWithATokenIsWrittenForItsOwnerOnly() throws IOException {
        sign();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        sign("--set", "gatewayaccesstoken:s:secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFolderThatIsNotThereIsMadeAndOneThatCannotBeIsToldWithoutAStack() {
        CommandRun run = sign("--output", "/proc/none/win11.rdp");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).startsWith("gatehouse: /proc/none").doesNotContain("\tat ");
    }

    @Test
    void expiredPublisherIsRefused() {
        CommandRun run = CommandRun.at(
                Clock.offset(Clock.systemUTC(), Duration.ofDays(2000)),
                "rdp",
                "sign",
                file.toString(),
                "--certificate",
                certificate,
                "--key",
                key);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("the certificate expired on");
    }

    private CommandRun sign(String... more) {
        List<String> arguments = new ArrayList<>(List.of("rdp", "sign", file.toString(), "--certificate", certificate));
        arguments.addAll(List.of("--key", key));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }
}
