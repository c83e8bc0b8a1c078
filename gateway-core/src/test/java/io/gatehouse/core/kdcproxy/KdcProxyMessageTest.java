package io.gatehouse.core.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MS-KKDCP 2.2.2. */
class KdcProxyMessageTest {
    private static final String REQUEST = "301ba0090407000000036a0100a10e1b0c434f52502e4558414d504c45";

    private static KdcProxyMessage parse(String hex) throws MalformedException {
        return KdcProxyMessage.parse(HexFormat.of().parseHex(hex));
    }

    @Test
    void requestHoldsAMessageAndADomain() throws Exception {
        KdcProxyMessage message = parse(REQUEST);
        assertThat(message.message().bytes()).isEqualTo(new byte[] {0x6a, 1, 0});
        assertThat(message.targetDomain()).hasValue("CORP.EXAMPLE");
    }

    @Test
    void locatorHintIsStepedOver() throws Exception {
        assertThat(parse("3022a0090407000000036a0100a10e1b0c434f52502e4558414d504c45a2050203400000")
                        .targetDomain())
                .hasValue("CORP.EXAMPLE");
    }

    @Test
    void answerHoldsAMessageOnly() {
        assertThat(KdcProxyMessage.answer(Token.of(new byte[] {0x7e, 1, 0})))
                .asHexString()
                .isEqualToIgnoringCase("300BA0090407000000037E0100");
    }

    @Test
    void largeAnswerKeepsItsLength() throws Exception {
        byte[] body = KdcProxyMessage.answer(Token.of(new byte[70_000]));
        assertThat(body).startsWith(0x30, 0x83, 0x01, 0x11, 0x7e, 0xa0, 0x83);
        assertThat(KdcProxyMessage.parse(body).message().length()).isEqualTo(70_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'', DER ends where tag 0x30 is expected",
        "30, DER ends in a length",
        "3000, DER ends where tag 0xa0 is expected",
        "3080a0090407000000036a01000000, DER length of 0 octets (expected 1 to 3)",
        "30811ba0090407000000036a0100a10e1b0c434f52502e4558414d504c45, DER length 27 in 1 octets",
        "301ba0090407000000036a0100a10e1b0c434f52502e4558414d504c4500, 1 bytes behind a DER value",
        "3008a006040400000000, kerb-message of 4 bytes (expected more than 4)",
        "3009a0070405000000006a, length of kerb-message 0 (expected 1)",
        "3009a0070405000000026a, length of kerb-message 2 (expected 1)",
        "3009a0070405ffffffff6a, length of kerb-message 4294967295 (expected 1)",
        "3009a00704057fffffff6a, length of kerb-message 2147483647 (expected 1)",
        "3009a0070405800000016a, length of kerb-message 2147483649 (expected 1)",
        "3010a1051b0341424 3a0070405000000016a, DER tag 0xa1 (expected 0xa0)",
        "300da0070405000000016aa1021b00, KerberosString of 0 bytes (expected 1 to 512)",
        "300ea0070405000000016aa1031b0100, KerberosString with control characters",
        "300ea0070405000000016aa1030c0141, DER tag 0x0c (expected 0x1b)",
        "300ca0070405000000016a1b0141, 3 bytes behind a DER value",
        "300ea0070405000000016aa203040101, DER tag 0x04 (expected 0x02)",
    })
    void malformedBodyIsRefused(String hex, String problem) {
        assertThatThrownBy(() -> parse(hex.replace(" ", "")))
                .isInstanceOf(MalformedException.class)
                .hasMessage(problem);
    }

    @Test
    void bodyBeyondTheLargestIsRefusedUnread() {
        assertThatThrownBy(() -> KdcProxyMessage.parse(new byte[128 * 1024 + 1]))
                .hasMessage("KDC-PROXY-MESSAGE of 131073 bytes (expected at most 131072)");
    }

    /** Every beginning of a good body is a bad one. */
    @Test
    void truncatedBodyIsRefused() {
        for (int length = 0; length < REQUEST.length(); length += 2) {
            String start = REQUEST.substring(0, length);
            assertThatThrownBy(() -> parse(start)).as(start).isInstanceOf(MalformedException.class);
        }
    }
}
