package io.gatehouse.client.ntlm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** A sign-in of FreeRDP 3.30.1 as alice with the password Passw0rd!, from the machine vm to localhost. */
class NtlmClientTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final String NEGOTIATE =
            "4e544c4d5353500001000000b78208e2000000000000000000000000000000000a0067580000000f";
    private static final String CHALLENGE =
            "4e544c4d53535000020000000a000a003800000035828ae29c6f0aa0f662bab200000000000000005000500042000000"
                    + "0a007c4f0000000f4700570053005200560002000a004700570044004f004d0001000a00470057005300520056000400"
                    + "0e00670077002e00740065007300740003000e00670077002e0074006500730074000700080080f20befab7add010000"
                    + "0000";
    private static final String AUTHENTICATE =
            "4e544c4d53535000030000001800180066000000c400c4007e00000000000000580000000a000a005800000004000400"
                    + "62000000100010004201000035a288e20a0067580000000f02cb85b8f5bb7ac6daec850c61827fed61006c0069006300"
                    + "650076006d00000000000000000000000000000000000000000000000000e52445559de223ddcb9e27f71d9678450101"
                    + "00000000000080f20befab7add01a7bca160aa9cbef30000000002000a004700570044004f004d0001000a0047005700"
                    + "53005200560004000e00670077002e00740065007300740003000e00670077002e0074006500730074000700080080f2"
                    + "0befab7add0106000400020000000a001000ad6882d2d35bc3fe8e1de5c5e3b655cd09001c0048005400540050002f00"
                    + "6c006f00630061006c0068006f007300740000000000000000000000000000000000316856860b7606ed7be90aa67529"
                    + "eee4";
    private static final String CERTIFICATE_SHA256 = "d640d01564f7aba95824c4abf224276a5aa312ae4a7a28e5ec8f4687928401e7";
    private static final int TARGET_INFO = 56 + 10;

    @Test
    void negotiateMessageEqualsTheOneOfFreeRdp() {
        assertThat(HEX.formatHex(client("Passw0rd!").negotiate())).isEqualTo(NEGOTIATE);
    }

    @Test
    void authenticateMessageEqualsTheOneOfFreeRdpByteForByte() throws NtlmException {
        byte[] message = client("Passw0rd!").authenticate(HEX.parseHex(CHALLENGE));

        assertThat(HEX.formatHex(message)).isEqualTo(AUTHENTICATE);
    }

    @Test
    void anotherPasswordChangesProofAndMic() throws NtlmException {
        String message = HEX.formatHex(client("Passw0rd?").authenticate(HEX.parseHex(CHALLENGE)));

        assertThat(message).hasSameSizeAs(AUTHENTICATE).doesNotContain("e52445559de223ddcb9e27f71d967845");
        assertThat(message.substring(144, 176)).isNotEqualTo(AUTHENTICATE.substring(144, 176));
    }

    @Test
    void withoutTimestampOfTheServerTheClockIsUsed() throws NtlmException {
        byte[] challenge = HEX.parseHex(CHALLENGE);
        int timestamp = challenge.length - 16;
        byte[] shorter = Arrays.copyOf(challenge, timestamp + 4);
        Arrays.fill(shorter, timestamp, timestamp + 4, (byte) 0);
        shorter[40] = (byte) (shorter.length - TARGET_INFO);

        String message = HEX.formatHex(client("Passw0rd!").authenticate(shorter));

        // 2026-11-22T00:00:00Z as FILETIME, between the version bytes and the client challenge.
        assertThat(message).contains("010100000000000000c0c16a147add01a7bca160aa9cbef3");
    }

    @Test
    void aChallengeWithoutKeyExchangeGetsNoSessionKey() throws NtlmException {
        byte[] challenge = HEX.parseHex(CHALLENGE);
        challenge[23] &= (byte) ~0x40;

        byte[] message = client("Passw0rd!").authenticate(challenge);

        assertThat(message).hasSize(AUTHENTICATE.length() / 2 - 16);
        assertThat(message[52]).isZero();
    }

    @Test
    void everyTruncatedChallengeIsRefused() {
        byte[] challenge = HEX.parseHex(CHALLENGE);
        for (int length = 0; length < challenge.length; length++) {
            byte[] cut = Arrays.copyOf(challenge, length);
            assertThatThrownBy(() -> client("Passw0rd!").authenticate(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(NtlmException.class);
        }
    }

    @Test
    void otherMessagesThanChallengesAreRefused() {
        assertThatThrownBy(() -> client("Passw0rd!").authenticate(HEX.parseHex(AUTHENTICATE)))
                .hasMessage("NTLM message type 3 (expected 2)");
        assertThatThrownBy(() -> client("Passw0rd!").authenticate(new byte[64]))
                .hasMessage("challenge of 64 bytes is no NTLMSSP message of at least 48 bytes");
    }

    @Test
    void anAvPairThatRunsOverTheEndIsRefused() {
        byte[] challenge = HEX.parseHex(CHALLENGE);
        challenge[TARGET_INFO + 2] = (byte) 200;

        assertThatThrownBy(() -> client("Passw0rd!").authenticate(challenge))
                .hasMessage("AV pair 2 of 200 bytes (expected at most 76)");
    }

    @Test
    void thePasswordIsNotInTheTextOfTheAccount() {
        assertThat(account("Passw0rd!").toString()).doesNotContain("Passw0rd!");
    }

    private static NtlmClient client(String password) {
        return new NtlmClient(
                account(password),
                "HTTP/localhost",
                Optional.of(ChannelBinding.tlsServerEndPoint(HEX.parseHex(CERTIFICATE_SHA256))),
                new Recorded("a7bca160aa9cbef3", "99e202ee72b816a9b629490fba195a01"),
                InstantSource.fixed(Instant.parse("2026-11-22T00:00:00Z")));
    }

    private static NtlmClient.Account account(String password) {
        return new NtlmClient.Account("alice", "", Secret.ofText(password), "vm");
    }

    /** Random values that FreeRDP drew. */
    private static final class Recorded implements RandomGenerator {
        private final Iterator<String> values;

        Recorded(String... values) {
            this.values = List.of(values).iterator();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(HEX.parseHex(values.next()), 0, bytes, 0, bytes.length);
        }

        @Override
        public long nextLong() {
            throw new IllegalStateException("NTLM draws bytes only");
        }
    }
}
