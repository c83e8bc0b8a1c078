package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.hex;
import static io.gatehouse.core.login.FakeMechanism.hexToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Token;
import io.gatehouse.core.login.SpnegoToken.Init;
import io.gatehouse.core.login.SpnegoToken.Response;
import io.gatehouse.core.login.SpnegoToken.State;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** RFC 4178 section 4.2. */
final class SpnegoTokenTest {
    private static final String SPNEGO = "06062b0601050502";
    private static final String NTLMSSP = "060a2b06010401823702020a";

    private static void assertMalformed(String hex, String reason) {
        assertThatThrownBy(() -> SpnegoToken.parse(hexToken(hex)))
                .isInstanceOf(MalformedSpnegoException.class)
                .hasMessage(reason)
                .hasNoCause();
    }

    @Test
    void theListIsKeptAsItWasSent() throws Exception {
        Init init = (Init) SpnegoToken.parse(hexToken("6037" + SPNEGO + "a02d 302b a019 3017" + NTLMSSP
                + "06092a864886f712010202" + "a20e 040c 4e544c4d53535000 01000000"));
        assertThat(init.mechTypes()).containsExactly(ObjectIdentifier.NTLMSSP, ObjectIdentifier.KERBEROS);
        assertThat(hex(init.mechTypeList())).isEqualTo("3017060a2b06010401823702020a06092a864886f712010202");
        assertThat(init.mechToken().map(FakeMechanism::hex)).contains("4e544c4d5353500001000000");
        assertThat(init.mechListMic()).isEmpty();
    }

    @Test
    void everyFieldOfAResponseIsOptional() throws Exception {
        Response none = (Response) SpnegoToken.parse(hexToken("a102 3000"));
        assertThat(none)
                .isEqualTo(new Response(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
        Response all = (Response)
                SpnegoToken.parse(hexToken("a121 301f a003 0a0103 a10c" + NTLMSSP + "a203 0401 07 a305 0403 010203"));
        assertThat(all.state()).contains(State.REQUEST_MIC);
        assertThat(all.supportedMech()).contains(ObjectIdentifier.NTLMSSP);
        assertThat(all.responseToken().map(FakeMechanism::hex)).contains("07");
        assertThat(all.mechListMic().map(FakeMechanism::hex)).contains("010203");
    }

    @Test
    void longResponsesHaveLongLengths() throws Exception {
        for (int length : new int[] {0, 127, 128, 255, 256, 60_000}) {
            Token payload = Token.of(new byte[length]);
            Token encoded = new Response(
                            Optional.of(State.ACCEPT_INCOMPLETE),
                            Optional.empty(),
                            Optional.of(payload),
                            Optional.empty())
                    .encode();
            Response parsed = (Response) SpnegoToken.parse(encoded);
            assertThat(parsed.responseToken().orElseThrow().length()).isEqualTo(length);
        }
        Token encoded = new Response(
                        Optional.empty(), Optional.empty(), Optional.of(Token.of(new byte[256])), Optional.empty())
                .encode();
        assertThat(hex(encoded)).startsWith("a182010c30820108a282010404820100" + "00");
    }

    @Test
    void lengthsMustBeTheShortest() {
        assertMalformed("a1 8102 3000", "DER length 2 in 1 octets");
        assertMalformed("a1 820080 3000", "DER length 128 in 2 octets");
        assertMalformed("a1 80 3000 0000", "DER length of 0 octets (expected 1 to 3)");
        assertMalformed("a1 84ffffffff", "DER length of 4 octets (expected 1 to 3)");
        assertMalformed("a1 83ffffff", "DER length 16777215 (expected at most 0)");
    }

    @Test
    void valuesMustFillTheirFrame() {
        assertMalformed("", "DER ends where tag 0x60 is expected");
        assertMalformed("a1", "DER ends in a length");
        assertMalformed("a182", "DER ends in a length");
        assertMalformed("a103 3000", "DER length 3 (expected at most 2)");
        assertMalformed("a102 3000 00", "1 bytes behind a DER value");
        assertMalformed("a103 3000 00", "1 bytes behind a DER value");
        assertMalformed("a104 3002 a400", "2 bytes behind a DER value");
        assertMalformed("a107 3005 a003 0a0104", "unknown negState");
        assertMalformed("a107 3005 a003 0a01ff", "unknown negState");
        assertMalformed("a106 3004 a002 0a00", "unknown negState");
    }

    @Test
    void anInitNeedsOneToSixteenMechanisms() {
        assertMalformed("600e" + SPNEGO + "a004 3002 a000", "DER ends where tag 0x30 is expected");
        assertMalformed("6010" + SPNEGO + "a006 3004 a002 3000", "no mechanisms");
        assertMalformed(
                "6012" + SPNEGO + "a008 3006 a004 3002 0600", "object identifier of 0 octets (expected 1 to 32)");
        assertMalformed("6043" + SPNEGO + "a039 3037 a035 3033" + "06012a".repeat(17), "more than 16 mechanisms");
        assertMalformed("600b 06092a864886f712010202", "GSS framing of mechanism 2a864886f712010202 (expected SPNEGO)");
    }

    @Test
    void deepNestingIsJustAnotherWrongTag() {
        byte[] nested = new byte[60_000];
        Arrays.fill(nested, (byte) 0x30);
        assertThatThrownBy(() -> SpnegoToken.parse(Token.of(nested)))
                .isInstanceOf(MalformedSpnegoException.class)
                .hasMessage("DER tag 0x30 (expected 0x60)");
    }

    @Test
    void moreThan64KiBAreNotLookedAt() {
        assertThatThrownBy(() -> SpnegoToken.parse(Token.of(new byte[65_537])))
                .isInstanceOf(MalformedSpnegoException.class)
                .hasMessage("SPNEGO token of 65537 bytes (expected at most 65536)");
    }

    @Test
    void everyTruncationIsMalformed() {
        byte[] whole = hexToken("6037" + SPNEGO + "a02d 302b a019 3017" + NTLMSSP + "06092a864886f712010202"
                        + "a20e 040c 4e544c4d53535000 01000000")
                .bytes();
        for (int length = 0; length < whole.length; length++) {
            Token cut = Token.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SpnegoToken.parse(cut)).isInstanceOf(MalformedSpnegoException.class);
        }
    }
}
