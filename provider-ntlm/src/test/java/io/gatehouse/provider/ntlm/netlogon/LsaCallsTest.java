package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.netlogon.LsaCalls.GroupName;
import io.gatehouse.provider.ntlm.netlogon.rpc.SambaVectors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Against what Samba's NDR library writes. */
class LsaCallsTest {
    private static final List<Sid> SIDS = List.of(
            new Sid(5, List.of(21L, 1L, 2L, 3L, 513L)),
            new Sid(5, List.of(21L, 9L, 8L, 7L, 1200L)),
            new Sid(5, List.of(21L, 9L, 8L, 7L, 4711L)));

    @Test
    void requestIsWhatSambaWrites() {
        assertThat(HexFormat.of().formatHex(LsaCalls.lookUp(SIDS)))
                .isEqualTo(HexFormat.of().formatHex(SambaVectors.bytes("lookup-in")));
    }

    @Test
    void longestRequestFitsIntoOneFragment() {
        Sid longest = new Sid(5, Collections.nCopies(15, 0xffff_ffffL));

        assertThat(LsaCalls.lookUp(Collections.nCopies(LsaCalls.MOST_SIDS, longest)))
                .hasSizeLessThan(5600);
    }

    @Test
    void namesComeInTheOrderOfTheSids() throws Exception {
        LsaCalls.Names names = LsaCalls.names(SambaVectors.bytes("lookup-out"), 3);

        assertThat(names.isAnswer()).isTrue();
        assertThat(names.names())
                .containsExactly(
                        Optional.of(new GroupName("ADTEST", "Domain Users")),
                        Optional.of(new GroupName("OTHER", "Büro")),
                        Optional.empty());
    }

    @Test
    void usersAreNoGroups() throws Exception {
        byte[] bytes = SambaVectors.bytes("lookup-out");
        int use = HexFormat.of().formatHex(bytes).indexOf("0200000018001800") / 2;
        assertThat(bytes[use]).isEqualTo((byte) 2);
        bytes[use] = 1;

        assertThat(LsaCalls.names(bytes, 3).names().getFirst()).isEmpty();
    }

    @Test
    void nameWithABackslashIsNone() throws Exception {
        byte[] bytes = replace(SambaVectors.bytes("lookup-out"), "Domain Users", "Domain\\Users");

        assertThat(LsaCalls.names(bytes, 3).names().getFirst()).isEmpty();
    }

    @Test
    void nameThatIsNotPrintableIsNone() throws Exception {
        byte[] bytes = replace(SambaVectors.bytes("lookup-out"), "Domain Users", "Domain\u202eUsers");

        assertThat(LsaCalls.names(bytes, 3).names().getFirst()).isEmpty();
    }

    private static byte[] replace(byte[] bytes, String from, String to) {
        String hex = HexFormat.of().formatHex(bytes);
        String changed = hex.replace(
                HexFormat.of().formatHex(from.getBytes(StandardCharsets.UTF_16LE)),
                HexFormat.of().formatHex(to.getBytes(StandardCharsets.UTF_16LE)));
        assertThat(changed).isNotEqualTo(hex);
        return HexFormat.of().parseHex(changed);
    }

    @Test
    void noneMappedIsAnAnswer() throws Exception {
        LsaCalls.Names names = LsaCalls.names(
                HexFormat.of().parseHex("00000000" + "00000000" + "00000000" + "00000000" + "730000c0"), 3);

        assertThat(names.isAnswer()).isTrue();
        assertThat(names.names()).containsExactly(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void accessDeniedIsNoAnswer() throws Exception {
        LsaCalls.Names names = LsaCalls.names(
                HexFormat.of().parseHex("00000000" + "00000000" + "00000000" + "00000000" + "220000c0"), 3);

        assertThat(names.isAnswer()).isFalse();
        assertThat(names.names()).isEmpty();
    }

    @Test
    void namesOfOthersThanWereAskedForAreMalformed() {
        assertThatThrownBy(() -> LsaCalls.names(SambaVectors.bytes("lookup-out"), 2))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> LsaCalls.names(SambaVectors.bytes("lookup-out"), 4))
                .hasMessage("3 names (expected 4)");
    }

    @Test
    void everyTruncationIsMalformed() {
        byte[] whole = SambaVectors.bytes("lookup-out");
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> LsaCalls.names(part, 3))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedException.class);
        }
    }
}
