package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ChannelSealTest {
    private static final byte[] KEY = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    private static final String WRONG = "wrong seal: altered, out of sequence, or of another session";

    private final ChannelSeal seal = new ChannelSeal(Secret.of(KEY), "ADTEST", "GW1", new SecureRandom());
    private final FakeChannel controller = new FakeChannel(KEY);

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void credentialIsWhatOpensslMakes() {
        assertThat(HexFormat.of().formatHex(ChannelCrypto.credential(KEY, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})))
                .isEqualTo("c774b8ee830dab8a");
    }

    @Test
    void negotiationNamesDomainAndComputer() {
        assertThat(seal.type()).isEqualTo(68);
        assertThat(new String(seal.negotiate(), StandardCharsets.ISO_8859_1))
                .isEqualTo("\0\0\0\0\3\0\0\0ADTEST\0GW1\0");
    }

    @Test
    void onlyANegotiationResponseCompletesIt() throws Exception {
        seal.complete(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

        assertThatThrownBy(() -> seal.complete(new byte[12])).hasMessage("netlogon token of type 0 (expected 1)");
        assertThatThrownBy(() -> seal.complete(new byte[3])).isInstanceOf(MalformedException.class);
    }

    @Test
    void requestsAndResponsesAlternate() throws Exception {
        for (int round = 0; round < 3; round++) {
            byte[] request = text("request number " + round);
            byte[] data = request.clone();
            byte[] signature = seal.seal(data);
            assertThat(signature).hasSize(FakeChannel.SIGNATURE);
            assertThat(data).isNotEqualTo(request);
            assertThat(controller.open(data, signature)).isEqualTo(request);

            byte[][] response = controller.seal(text("response"));
            seal.unseal(response[0], response[1]);
            assertThat(response[0]).isEqualTo(text("response"));
        }
    }

    @Test
    void eachFragmentOfAResponseCounts() throws Exception {
        seal.seal(new byte[16]);
        controller.skip();
        for (int fragment = 0; fragment < 3; fragment++) {
            byte[][] part = controller.seal(new byte[] {(byte) fragment});
            seal.unseal(part[0], part[1]);
            assertThat(part[0]).containsExactly(fragment);
        }
    }

    @Test
    void sameRequestIsNeverSealedAlike() {
        byte[] first = new byte[64];
        byte[] second = new byte[64];
        seal.seal(first);
        new ChannelSeal(Secret.of(KEY), "ADTEST", "GW1", new SecureRandom()).seal(second);

        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void everyAlteredBitIsSeen() {
        byte[][] sealed = new FakeChannel(KEY).seal(text("answer"));
        int covered = 32; // of the signature; zeros that nobody reads fill the rest
        for (int position = 0; position < covered + sealed[0].length; position++) {
            byte[] data = sealed[0].clone();
            byte[] signature = sealed[1].clone();
            byte[] target = position < covered ? signature : data;
            target[position < covered ? position : position - covered] ^= 1;
            ChannelSeal fresh = new ChannelSeal(Secret.of(KEY), "ADTEST", "GW1", new SecureRandom());
            assertThatThrownBy(() -> fresh.unseal(data, signature))
                    .as("byte %d", position)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void replayedAndSkippedFragmentsAreSeen() throws Exception {
        byte[][] first = controller.seal(text("first"));
        seal.unseal(first[0].clone(), first[1]);
        assertThatThrownBy(() -> seal.unseal(first[0], first[1])).hasMessage(WRONG);

        ChannelSeal other = new ChannelSeal(Secret.of(KEY), "ADTEST", "GW1", new SecureRandom());
        byte[][] second = controller.seal(text("second"));
        assertThatThrownBy(() -> other.unseal(second[0], second[1])).hasMessage(WRONG);
    }

    /** Without the mark of the speaker, what we sent could be sent back to us. */
    @Test
    void ownRequestIsNoResponse() {
        byte[] data = text("request");
        byte[] signature = seal.seal(data);
        ChannelSeal fresh = new ChannelSeal(Secret.of(KEY), "ADTEST", "GW1", new SecureRandom());

        assertThatThrownBy(() -> fresh.unseal(data, signature)).hasMessage(WRONG);
    }

    @Test
    void otherKeysAndAlgorithmsAreRefused() {
        byte[][] foreign = new FakeChannel(new byte[16]).seal(text("answer"));
        assertThatThrownBy(() -> seal.unseal(foreign[0], foreign[1])).hasMessage(WRONG);

        byte[][] rc4 = new FakeChannel(KEY).seal(text("answer"));
        rc4[1][0] = 0x77;
        rc4[1][2] = 0x7a;
        assertThatThrownBy(() -> seal.unseal(rc4[0], rc4[1])).hasMessageContaining("of other algorithms");
        assertThatThrownBy(() -> seal.unseal(rc4[0], Arrays.copyOf(rc4[1], 32))).hasMessageContaining("of 32 bytes");
    }

    @Test
    void weakChallengesAreThoseWithOneByteFiveTimes() {
        assertThat(ChannelCrypto.isWeak(new byte[8])).isTrue();
        assertThat(ChannelCrypto.isWeak(new byte[] {7, 7, 7, 7, 7, 1, 2, 3})).isTrue();
        assertThat(ChannelCrypto.isWeak(new byte[] {7, 7, 7, 7, 1, 7, 7, 7})).isFalse();
        assertThat(ChannelCrypto.isWeak(new byte[] {1, 0, 0, 0, 0, 0, 0, 0})).isFalse();
    }
}
