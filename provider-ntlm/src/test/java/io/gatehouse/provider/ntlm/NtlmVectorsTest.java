package io.gatehouse.provider.ntlm;

import static io.gatehouse.provider.ntlm.Vectors.bytes;
import static io.gatehouse.provider.ntlm.Vectors.hex;
import static io.gatehouse.provider.ntlm.Vectors.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Step;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.provider.ntlm.MessageSigner.Direction;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Literal values: a recorded sign-in of FreeRDP 3.30.1, and the examples of MS-NLMP 4.2.4. */
class NtlmVectorsTest {
    private static final int NLMP_FLAGS = 0xe28a8233;
    private static final byte[] NLMP_SESSION_KEY = bytes("55".repeat(16));
    private static final byte[] PLAINTEXT = "Plaintext".getBytes(StandardCharsets.UTF_16LE);

    @ParameterizedTest
    @EnumSource(names = {"HTTP_AUTHORIZATION", "TUNNEL_EXTENDED_AUTH"})
    void theRecordedSignInIsReplayedByteForByteWithIntegrityCodeAndChannelBinding(Venue venue) {
        try (Conversation conversation = Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), venue)) {
            Step.Challenge challenge = (Step.Challenge) conversation.next(token(Vectors.NEGOTIATE));
            assertThat(hex(challenge.token().bytes())).isEqualTo(Vectors.CHALLENGE);

            Step.Claim claim = (Step.Claim) conversation.next(token(Vectors.AUTHENTICATE));
            assertThat(claim.account()).isEqualTo("alice");
            assertThat(claim.verification().verify(Runnable::run))
                    .isEqualTo(Outcome.Accepted.of(Identity.local(
                            "ntlm",
                            "ntlm",
                            "alice",
                            Set.of("staff"),
                            Set.of(Proof.MESSAGE_INTEGRITY, Proof.CHANNEL_BINDING))));
        }
    }

    @Test
    void theKeysOfTheRecordedSignInSignForSpnego() {
        try (Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION)) {
            conversation.next(token(Vectors.NEGOTIATE));
            Step.Claim claim = (Step.Claim) conversation.next(token(Vectors.AUTHENTICATE));
            assertThat(conversation.integrity()).isEmpty();
            claim.verification().verify(Runnable::run);

            byte[] sessionKey = bytes("99e202ee72b816a9b629490fba195a01");
            byte[] mechanisms = bytes("300c060a2b06010401823702020a");
            MessageIntegrity integrity = conversation.integrity().orElseThrow();
            assertThat(integrity.verify(
                            mechanisms,
                            new MessageSigner(sessionKey, NLMP_FLAGS, Direction.CLIENT_TO_SERVER).sign(mechanisms)))
                    .isTrue();
            assertThat(integrity.sign(mechanisms))
                    .isEqualTo(new MessageSigner(sessionKey, NLMP_FLAGS, Direction.SERVER_TO_CLIENT).sign(mechanisms));
        }
    }

    @Test
    void intermediateValuesOfTheRecordedSignIn() throws Exception {
        AuthenticateMessage message = AuthenticateMessage.parse(token(Vectors.AUTHENTICATE));
        NtlmV2Response ntlmV2 = NtlmV2Response.parse(message.ntResponse());
        byte[] hash = NtlmCrypto.ntHash("Passw0rd!");
        byte[] key = NtlmCrypto.ntowfv2(hash, "alice", "");
        byte[] proof = NtlmCrypto.hmacMd5(
                key, bytes(Vectors.SERVER_CHALLENGE), ntlmV2.blob().bytes());
        byte[] sessionBaseKey = NtlmCrypto.hmacMd5(key, proof);

        assertThat(hex(hash)).isEqualTo("fc525c9683e8fe067095ba2ddc971889");
        assertThat(hex(key)).isEqualTo("bc52de0147225eb4a5e2cc431da2daea");
        assertThat(hex(proof)).isEqualTo("e52445559de223ddcb9e27f71d967845");
        assertThat(hex(ntlmV2.proof().bytes())).isEqualTo("e52445559de223ddcb9e27f71d967845");
        assertThat(hex(sessionBaseKey)).isEqualTo("1b2aad4981e3d3067c29cd5258e61fac");
        assertThat(hex(NtlmCrypto.rc4(
                        NtlmCrypto.rc4(sessionBaseKey),
                        message.encryptedSessionKey().bytes())))
                .isEqualTo("99e202ee72b816a9b629490fba195a01");
        assertThat(hex(message.mic())).isEqualTo("02cb85b8f5bb7ac6daec850c61827fed");
        assertThat(hex(NtlmCrypto.hmacMd5(
                        bytes("99e202ee72b816a9b629490fba195a01"),
                        bytes(Vectors.NEGOTIATE),
                        bytes(Vectors.CHALLENGE),
                        message.withoutMic())))
                .isEqualTo("02cb85b8f5bb7ac6daec850c61827fed");
        assertThat(hex(ntlmV2.channelBinding().orElseThrow().bytes())).isEqualTo("ad6882d2d35bc3fe8e1de5c5e3b655cd");
        assertThat(hex(ChannelBindingCheck.hash(Fixtures.BINDING))).isEqualTo("ad6882d2d35bc3fe8e1de5c5e3b655cd");
    }

    @Test
    void nlmpExampleOfSigningAndSealing() {
        MessageSigner signer = new MessageSigner(NLMP_SESSION_KEY, NLMP_FLAGS, Direction.CLIENT_TO_SERVER);

        assertThat(hex(MessageSigner.signKey(NLMP_SESSION_KEY, Direction.CLIENT_TO_SERVER)))
                .isEqualTo("4788dc861b4782f35d43fd98fe1a2d39");
        assertThat(hex(MessageSigner.sealKey(NLMP_SESSION_KEY, NLMP_FLAGS, Direction.CLIENT_TO_SERVER)))
                .isEqualTo("59f600973cc4960a25480a7c196e4c58");
        assertThat(hex(signer.seal(PLAINTEXT))).isEqualTo("54e50165bf1936dc996020c1811b0f06fb5f");
        assertThat(hex(signer.sign(PLAINTEXT))).isEqualTo("010000007fb38ec5c55d497600000000");
    }

    @Test
    void aSignatureOfTheWrongMessageNumberIsRefused() {
        MessageSigner initiator = new MessageSigner(NLMP_SESSION_KEY, NLMP_FLAGS, Direction.CLIENT_TO_SERVER);
        NtlmIntegrity acceptor = new NtlmIntegrity(NLMP_SESSION_KEY, NLMP_FLAGS);
        byte[] first = initiator.sign(PLAINTEXT);

        assertThat(acceptor.verify(PLAINTEXT, first)).isTrue();
        assertThat(acceptor.verify(PLAINTEXT, first)).isFalse();
        assertThat(new NtlmIntegrity(NLMP_SESSION_KEY, NLMP_FLAGS).verify(PLAINTEXT, new byte[0]))
                .isFalse();
    }

    @Test
    void theStoredCredentialIsTheNtHashInCryptNotation() {
        assertThat(new NtHash().encode("Passw0rd!").text()).isEqualTo("$3$$fc525c9683e8fe067095ba2ddc971889");
        assertThat(new NtHash().purpose()).isEqualTo("NTLM (mstsc, FreeRDP)");
    }
}
