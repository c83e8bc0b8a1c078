package io.gatehouse.formats.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("secret"), "s3cret");
    }

    private byte[] read(String permissions) throws IOException, ProviderException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return SecretFile.read(file, "file", 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rw-r-----", "r--r-----"})
    void aFileThatOnlyOwnerAndGroupReadIsRead(String permissions) throws Exception {
        assertThat(read(permissions)).isEqualTo("s3cret".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-rw-", "rw-r--r--", "rw-rw----", "rw-----w-"})
    void aFileThatIsOpenToOthersIsRefusedWithTheCommandThatClosesIt(String permissions) {
        assertThatThrownBy(() -> read(permissions))
                .isInstanceOf(ProviderException.class)
                .hasMessageStartingWith("file " + file + " has the permissions ")
                .hasMessageContaining("run: chmod 6");
    }

    @Test
    void aFileThatIsMissingOrTooLargeIsRefused() throws IOException {
        assertThatThrownBy(() -> SecretFile.read(folder.resolve("none"), "file", 100))
                .hasMessage("file " + folder.resolve("none") + " does not exist");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> SecretFile.read(file, "file", 5)).hasMessageContaining("larger than 5 bytes");
    }

    /** What a process of {@code self} says of the file, which belongs to another user than root. */
    private void read(int self) throws Exception {
        FileFormat<byte[]> format = new SecretFile.Bytes("file", 100);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        FileFacts.of(file, format).requireGuarded(file, format, self);
    }

    /** The owner of the file from now on: this user, or somebody else when the tests run as root. */
    private int owner() throws IOException {
        if ((int) Files.getAttribute(file, "unix:uid") == 0) {
            Files.setAttribute(file, "unix:uid", 65_534);
        }
        return (int) Files.getAttribute(file, "unix:uid");
    }

    @Test
    void rootUsesTheFileOfTheServiceAndNobodyElseDoes() throws Exception {
        int owner = owner();
        assertThatCode(() -> read(0)).doesNotThrowAnyException();
        assertThatCode(() -> read(owner)).doesNotThrowAnyException();
        assertThatThrownBy(() -> read(4242))
                .hasMessage("file " + file + " belongs to uid " + owner
                        + " (expected root or uid 4242; run: chown 4242 " + file + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxrwxr-x", "rwxr-xrwx"})
    void rootUsesNoFileOfAnotherUserInAFolderThatThirdOnesCanChange(String permissions) throws Exception {
        int owner = owner();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> read(0))
                .hasMessage(
                        "file " + file + " belongs to uid " + owner + ", and others than root and this user can change "
                                + folder + " (run: chmod go-w " + folder + ", or chown root " + file + ")");
        assertThatCode(() -> read(owner)).doesNotThrowAnyException();
    }

    @Test
    void rootUsesNoFileOfAnotherUserBehindALinkInSuchAFolder() throws Exception {
        owner();
        Path open = Files.createDirectory(folder.resolve("open"));
        Path link = Files.createSymbolicLink(open.resolve("link"), file);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        FileFormat<byte[]> format = new SecretFile.Bytes("file", 100);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> FileFacts.of(link, format).requireGuarded(link, format, 0))
                .hasMessageContaining("can change " + open);
    }

    /** The user of the file may make it there whenever it is missing. */
    @Test
    void rootUsesNoFileOfAnotherUserInAFolderThatAllShare() throws Exception {
        int owner = owner();
        Files.setAttribute(folder, "unix:mode", 01777);
        assertThatThrownBy(() -> read(0)).hasMessageContaining("can change " + file);
        assertThatCode(() -> read(owner)).doesNotThrowAnyException();
    }

    /** The first link and the last folder are root's; only what is between them is not. */
    @Test
    void rootUsesNoFileOfAnotherUserBehindALinkInTheMiddleOfTheWay() throws Exception {
        owner();
        Path open = Files.createDirectory(folder.resolve("open"));
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path kept = Files.move(file, closed.resolve("secret"));
        Path middle = Files.createSymbolicLink(open.resolve("middle"), closed);
        Path first = Files.createSymbolicLink(folder.resolve("first"), middle);
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-------"));
        FileFormat<byte[]> format = new SecretFile.Bytes("file", 100);
        Path written = first.resolve("secret");
        assertThatCode(() -> FileFacts.of(written, format).requireGuarded(written, format, 0))
                .doesNotThrowAnyException();
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> FileFacts.of(written, format).requireGuarded(written, format, 0))
                .hasMessageContaining("can change " + open);
    }
}
