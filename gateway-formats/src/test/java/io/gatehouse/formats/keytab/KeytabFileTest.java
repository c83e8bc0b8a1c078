package io.gatehouse.formats.keytab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that MIT's ktutil and kadmin and Samba's samba-tool wrote are the seeds of the fuzz test. */
class KeytabFileTest {
    private static final String AES256 = "4458b5a36a186ba555f735358c63264186f0caba175ca04fd41e7bab34236e60";
    private static final String GW = "0002 0008 4d49542e54455354 0004 48545450 000a 67772e61642e74657374";
    private static final String AFTER_NAME = "00000001 6b0386e2 03 0011 0010 0c6ae41ab554eebaec6cc499a9d44022";

    @TempDir
    private Path directory;

    private Path write(byte[] content) throws IOException {
        Path file = directory.resolve("krb5.keytab");
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private KeytabFile opened(String hex) throws Exception {
        return KeytabFile.open(write(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    private static byte[] recorded(String name) throws IOException {
        try (InputStream input = KeytabFileTest.class.getResourceAsStream(
                "KeytabParserFuzzTestInputs/everyFileIsKeysOrAProblem/" + name)) {
            if (input == null) {
                throw new IOException("no seed " + name);
            }
            return input.readAllBytes();
        }
    }

    private static String hex(KeytabKey key) {
        return HexFormat.of().formatHex(key.key().bytes());
    }

    @Test
    void keysOfKtutilAreRead() throws Exception {
        List<KeytabKey> keys = KeytabFile.open(write(recorded("ktutil"))).keys();

        assertThat(keys)
                .extracting(KeytabKey::principal)
                .containsExactly(
                        "HTTP/gw.example.com@EXAMPLE.COM", "HTTP/gw.example.com@EXAMPLE.COM", "gw1$@EXAMPLE.COM");
        assertThat(keys).extracting(KeytabKey::encryptionType).containsExactly(18, 19, 23);
        assertThat(hex(keys.getFirst())).isEqualTo(AES256);
        assertThat(keys.getFirst().components()).containsExactly("HTTP", "gw.example.com");
        assertThat(keys.getFirst().name()).isEqualTo("HTTP/gw.example.com");
        assertThat(keys.getFirst().realm()).isEqualTo("EXAMPLE.COM");
    }

    @Test
    void aVersionAbove255IsReadFromItsWideField() throws Exception {
        assertThat(KeytabFile.open(write(recorded("ktutil"))).keys())
                .extracting(KeytabKey::version)
                .containsExactly(3L, 300L, 1L);
    }

    /** kadmin put a shorter key into the hole of a removed one: zeros follow the wide version. */
    @Test
    void anEntryThatFillsAHoleIsRead() throws Exception {
        List<KeytabKey> keys =
                KeytabFile.open(write(recorded("kadmin-reused-entry"))).keys();

        assertThat(keys)
                .extracting(KeytabKey::principal)
                .containsExactly("HTTP/gw.ad.test@MIT.TEST", "alice@MIT.TEST", "alice@MIT.TEST");
        assertThat(keys).extracting(KeytabKey::version).containsExactly(3L, 2L, 2L);
        assertThat(hex(keys.getFirst())).isEqualTo("0c6ae41ab554eebaec6cc499a9d44022");
    }

    @Test
    void keysOfSambaToolAreRead() throws Exception {
        List<KeytabKey> keys = KeytabFile.open(write(recorded("samba-tool"))).keys();

        assertThat(keys).hasSize(9).extracting(KeytabKey::version).containsOnly(2L);
        assertThat(keys.get(8).principal()).isEqualTo("GW1$@AD.TEST");
        assertThat(keys.get(8).encryptionType()).isEqualTo(23);
        assertThat(hex(keys.get(8))).isEqualTo("4e08a1a219de20c1a914c24a4ef7fa5d");
    }

    @Test
    void theNarrowVersionCountsWhereThereIsNoWideOne() throws Exception {
        assertThat(opened("0502 0000003b" + GW + AFTER_NAME).keys())
                .extracting(KeytabKey::version)
                .containsExactly(3L);
        assertThat(opened("0502 0000003f" + GW + AFTER_NAME + "00000000").keys())
                .extracting(KeytabKey::version)
                .containsExactly(3L);
        assertThat(opened("0502 0000003f" + GW + AFTER_NAME + "ffffffff").keys())
                .extracting(KeytabKey::version)
                .containsExactly(4294967295L);
    }

    @Test
    void holesAndWhatFollowsTheEndAreSkipped() throws Exception {
        assertThat(opened("0502 fffffffe ffff 0000003b" + GW + AFTER_NAME + "00000000 ffff")
                        .keys())
                .hasSize(1);
        assertThat(opened("0502").keys()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                                                    | has 0 bytes (expected a keytab)
                    0501                                            | begins with 0x0501 (expected a keytab of format 0x0502)
                    0502 0000                                       | entry at byte 2: the length of the entry is cut off
                    0502 00000003 0001                              | entry at byte 2: length 3 (expected at most 2, the rest of the file)
                    0502 80000000                                   | entry at byte 2: length -2147483648 (expected at most 0, the rest of the file)
                    0502 00000002 0000                              | entry at byte 2: 0 components of a name (expected 1 to 16)
                    0502 00000002 ffff                              | entry at byte 2: 65535 components of a name (expected 1 to 16)
                    0502 00000004 0001 0009                         | entry at byte 2: realm of 9 bytes (expected 1 to 0)
                    0502 00000006 0001 0002 c328                    | entry at byte 2: realm that is not UTF-8
                    0502 00000006 0001 0002 410a                    | entry at byte 2: realm with control characters
                    0502 00000008 0001 0001 41 0001 42              | entry at byte 2: the name type is cut off
                    0502 00000013 0001 0001 41 0001 42 00000001 00000000 07 0011 | entry at byte 2: the length of the key is cut off
                    """)
    void aBrokenFileIsRefusedWithThePlace(String hex, String problem) {
        assertThatThrownBy(() -> opened(hex == null ? "" : hex))
                .isInstanceOf(ProviderException.class)
                .hasMessageStartingWith("keytab " + directory)
                .hasMessageEndingWith(problem);
    }

    @Test
    void aFileOfTooManyKeysOrBytesIsRefused() throws Exception {
        String entry = "00000017 0001 0001 41 0001 42 00000001 00000000 07 0011 0001 ff 00";
        String hex = "0502" + entry.repeat(4097);
        assertThatThrownBy(() -> opened(hex)).hasMessageEndingWith("holds more than 4096 keys (expected at most that)");
        assertThatThrownBy(() -> KeytabFile.open(write(new byte[(1 << 20) + 1])))
                .hasMessageContaining("is larger than 1048576 bytes");
    }

    @Test
    void aFileThatEverybodyMayReadIsRefusedWithTheCommandThatMendsIt() throws Exception {
        Path file = write(recorded("ktutil"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> KeytabFile.open(file))
                .hasMessageStartingWith("keytab ")
                .hasMessageContaining("has the permissions 644")
                .hasMessageContaining("chmod 640");
    }

    @Test
    void aMissingFileIsRefusedWithTheToolsThatMakeOne() {
        assertThatThrownBy(() -> KeytabFile.open(directory.resolve("none")))
                .hasMessageContaining(
                        "does not exist (export it with ktpass, samba-tool domain exportkeytab or kadmin");
    }

    @Test
    void aChangeIsSeenAtOnceAndABrokenOneLeavesTheLastGoodKeys() throws Exception {
        KeytabFile keytab = KeytabFile.open(write(recorded("ktutil")));
        List<KeytabKey> first = keytab.keys();
        assertThat(keytab.keys()).isSameAs(first);

        byte[] next = recorded("samba-tool");
        write(Arrays.copyOf(next, next.length - 1));
        assertThat(keytab.keys()).isEqualTo(first);
        assertThat(keytab.problem().orElseThrow()).contains("expected at most");
        write(new byte[] {5, 2});
        assertThat(keytab.keys()).isEqualTo(first);
        assertThat(keytab.problem().orElseThrow()).endsWith("is empty (it may be half written)");

        write(next);
        assertThat(keytab.keys()).hasSize(9);
        assertThat(keytab.problem()).isEmpty();
    }

    @Test
    void keysDoNotShow() throws Exception {
        assertThat(KeytabFile.open(write(recorded("ktutil"))).keys().toString()).doesNotContainIgnoringCase("4458b5");
    }
}
