package io.gatehouse.formats.file;

import static org.assertj.core.api.Assertions.assertThat;
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
}
