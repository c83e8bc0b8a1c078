package io.gatehouse.formats.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.der.Der;
import io.gatehouse.formats.der.DerReader;
import io.gatehouse.formats.der.DerWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KerberosTypesTest {
    private static byte[] name(String... components) {
        byte[][] strings =
                java.util.Arrays.stream(components).map(KerberosString::encode).toArray(byte[][]::new);
        return DerWriter.sequence(
                DerWriter.field(0, DerWriter.integer(1)), DerWriter.field(1, DerWriter.sequence(strings)));
    }

    private static PrincipalName read(byte[] name) throws MalformedException {
        return PrincipalName.last(new DerReader(name));
    }

    @Test
    void aNameIsReadAsItIsWritten() throws Exception {
        PrincipalName name = new PrincipalName(2, List.of("krbtgt", "A.TEST"));
        assertThat(HexFormat.of().formatHex(name.encode()))
                .isEqualTo("3019a003020102a11230101b066b72627467741b06412e54455354");
        assertThat(read(name.encode())).isEqualTo(name).isEqualTo(PrincipalName.ticketGranting("A.TEST"));
        assertThat(name.text()).isEqualTo("krbtgt/A.TEST");
    }

    @Test
    void theTypeOfANameIsAHintOnly() {
        PrincipalName name = new PrincipalName(1, List.of("alice"));
        assertThat(name.isSame(new PrincipalName(10, List.of("alice")))).isTrue();
        assertThat(name.isSame(new PrincipalName(1, List.of("Alice")))).isFalse();
    }

    @Test
    void aNameHasOneToEightComponentsNoneOfThemEmpty() throws Exception {
        assertThat(read(name(Collections.nCopies(8, "a").toArray(String[]::new)))
                        .components())
                .hasSize(8);
        assertThatThrownBy(() -> read(name(Collections.nCopies(9, "a").toArray(String[]::new))))
                .hasMessage("name of more than 8 components");
        assertThatThrownBy(() -> read(name())).hasMessage("name without components");
        assertThatThrownBy(() -> read(name("alice", ""))).hasMessage("KerberosString of 0 bytes (expected 1 to 512)");
    }

    @Test
    void aStringIsPrintableUtf8OfAtMost512Bytes() throws Exception {
        assertThat(KerberosString.last(new DerReader(KerberosString.encode("ü".repeat(256)))))
                .isEqualTo("ü".repeat(256));
        assertMalformed("ü".repeat(256) + "a", "KerberosString of 513 bytes (expected 1 to 512)");
        assertMalformed("a\0b", "KerberosString with control characters");
        assertMalformed("a\u202eb", "KerberosString with control characters");
        byte[] latin1 = DerWriter.value(Der.GENERAL_STRING, "jürgen".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> KerberosString.last(new DerReader(latin1)))
                .hasMessage("KerberosString that is not UTF-8");
    }

    private static void assertMalformed(String text, String problem) {
        assertThatThrownBy(() -> KerberosString.last(new DerReader(KerberosString.encode(text))))
                .isInstanceOf(MalformedException.class)
                .hasMessage(problem);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-23T10:00:00Z, 20261123100000Z", "1970-01-01T00:00:00Z, 19700101000000Z"})
    void aTimeIsReadAsItIsWritten(Instant time, String text) throws Exception {
        byte[] value = KerberosTime.encode(time.plusMillis(999));
        assertThat(value).endsWith(text.getBytes(StandardCharsets.US_ASCII)).hasSize(17);
        assertThat(KerberosTime.last(new DerReader(value))).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "20261123100000",
                "2026112310000Z",
                "20261323100000Z",
                "20260230100000Z",
                "20261123240000Z",
                "20261123100060Z",
                "20261123100000.5Z",
                "20261123100000+0100"
            })
    void timesInAnyOtherFormAreMalformed(String time) {
        byte[] value = DerWriter.value(Der.GENERALIZED_TIME, time.getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> KerberosTime.last(new DerReader(value))).isInstanceOf(MalformedException.class);
    }
}
