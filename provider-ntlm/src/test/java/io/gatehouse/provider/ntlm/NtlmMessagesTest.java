package io.gatehouse.provider.ntlm;

import static io.gatehouse.provider.ntlm.Vectors.bytes;
import static io.gatehouse.provider.ntlm.Vectors.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtlmMessagesTest {
    private static byte[] authenticate() {
        return bytes(Vectors.AUTHENTICATE);
    }

    @Test
    void anEmptyFieldMayPointAnywhere() throws Exception {
        byte[] message = authenticate();
        message[32] = 0; // the offset of the empty domain

        AuthenticateMessage parsed = AuthenticateMessage.parse(Token.of(message));
        assertThat(parsed.user()).isEqualTo("alice");
        assertThat(parsed.domain()).isEmpty();
        assertThat(parsed.flags()).isEqualTo(0xe288a235);
    }

    @ParameterizedTest
    @CsvSource({
        // offset of a descriptor's offset, value, message
        "24, 0,          nt response at 0 of 196 bytes (expected within 64 to 338)",
        "24, 63,         nt response at 63 of 196 bytes (expected within 64 to 338)",
        "24, 143,        nt response at 143 of 196 bytes (expected within 64 to 338)",
        "40, 0x7fffffff, user at 2147483647 of 10 bytes (expected within 64 to 338)",
        "40, 0xffffffff, user at 4294967295 of 10 bytes (expected within 64 to 338)",
        "56, 0xfffffff0, session key at 4294967280 of 16 bytes (expected within 64 to 338)",
    })
    void aFieldOutsideTheMessageIsMalformed(int offset, String value, String message) {
        byte[] broken = authenticate();
        System.arraycopy(LittleEndian.bytes(Long.decode(value).intValue()), 0, broken, offset, 4);

        assertThatThrownBy(() -> AuthenticateMessage.parse(Token.of(broken)))
                .isInstanceOf(MalformedException.class)
                .hasMessage(message);
    }

    @Test
    void aSessionKeyOfAnotherLengthIsMalformed() {
        byte[] broken = authenticate();
        broken[52] = 15;

        assertThatThrownBy(() -> AuthenticateMessage.parse(Token.of(broken)))
                .hasMessage("session key of 15 bytes (expected 16)");
    }

    @Test
    void halfACharacterIsMalformed() {
        byte[] broken = authenticate();
        broken[36] = 9;

        assertThatThrownBy(() -> AuthenticateMessage.parse(Token.of(broken)))
                .hasMessage("user is not text in UTF-16LE");
    }

    @Test
    void anOversizedMessageIsMalformedBeforeItIsRead() {
        assertThatThrownBy(() -> AuthenticateMessage.parse(Token.of(new byte[16385])))
                .hasMessage("type 3 of 16385 bytes (expected 64 to 16384)");
        assertThatThrownBy(() -> NegotiateMessage.parse(Token.of(new byte[4097])))
                .hasMessage("type 1 of 4097 bytes (expected at most 4096)");
    }

    @Test
    void aClientThatOffersNoTextEncodingIsMalformed() {
        byte[] negotiate = bytes(Vectors.NEGOTIATE);
        negotiate[12] &= (byte) ~3;

        assertThatThrownBy(() -> NegotiateMessage.parse(Token.of(negotiate)))
                .hasMessage("type 1 offers neither UNICODE nor OEM");
    }

    @Test
    void aTargetOfADomainIsTheDomain() throws Exception {
        TargetNames names = new TargetNames("GW1", "CORP", "gw1.corp.test", "corp.test", true);
        ChallengeMessage challenge = ChallengeMessage.answer(
                NegotiateMessage.parse(token(Vectors.NEGOTIATE)), names, new byte[8], Instant.EPOCH);

        assertThat(Vectors.hex(challenge.raw().bytes()))
                .isEqualTo("4e544c4d53535000020000000800080038000000358289e2" + "0000000000000000" + "0000000000000000"
                        + "5a005a0040000000" + "0a007c4f0000000f" + "43004f0052005000"
                        + "0200080043004f0052005000" + "01000600470057003100"
                        + "0400120063006f00720070002e007400650073007400"
                        + "03001a006700770031002e0063006f00720070002e007400650073007400"
                        + "070008000080" + "3ed5deb19d01" + "00000000");
    }

    @ParameterizedTest
    @CsvSource({
        "gw.example.com,                       GW",
        "localhost,                            LOCALHOST",
        "a-very-long-gateway-name.example.com, A-VERY-LONG-GAT",
        "192.0.2.7,                            GATEHOUSE",
        "[2001:db8::1],                        GATEHOUSE",
        "шлюз.example,                         GATEHOUSE",
    })
    void theNetbiosNameIsTheFirstLabel(String serverName, String netbiosName) {
        assertThat(TargetNames.netbiosName(serverName)).isEqualTo(netbiosName);
    }
}
