package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.Venue;

/**
 * Whatever a client sends, it is challenged, judged or refused; it never causes an exception, and only the right proof
 * wins.
 */
class NtlmFuzzTest {
    private static final int LARGEST_CHALLENGE = 512;

    @FuzzTest
    void everyFirstMessageIsChallengedOrMalformed(byte[] message) {
        try (Conversation conversation = Fixtures.vectorMechanism().open(Fixtures.peer(), Venue.HTTP_AUTHORIZATION)) {
            switch (conversation.next(Token.of(message))) {
                case Step.Challenge challenge ->
                    assertThat(challenge.token().length()).isLessThan(LARGEST_CHALLENGE);
                case Outcome.Rejected rejected -> assertThat(rejected.reason()).isEqualTo(Reason.MALFORMED);
                case Step.Claim claim -> throw new AssertionError("claimed " + claim);
                case Outcome.Accepted accepted -> throw new AssertionError("accepted " + accepted);
            }
        }
    }

    @FuzzTest
    void everyLastMessageIsJudgedOrRefused(byte[] message) {
        try (Conversation conversation =
                Fixtures.vectorMechanism().open(Fixtures.peer(Fixtures.BINDING), Venue.HTTP_AUTHORIZATION)) {
            conversation.next(Vectors.token(Vectors.NEGOTIATE));
            switch (conversation.next(Token.of(message))) {
                case Step.Claim claim -> {
                    assertThat(claim.account()).hasSizeLessThan(1024);
                    if (claim.verification().verify(Runnable::run) instanceof Outcome.Accepted accepted) {
                        // Only the recorded proof can be right, and its integrity code covers every bit of the message.
                        assertThat(Vectors.hex(message)).isEqualTo(Vectors.AUTHENTICATE);
                        assertThat(accepted.identity().user()).isEqualTo("alice");
                    }
                }
                case Outcome.Rejected rejected -> assertThat(rejected.reason()).isIn(Reason.MALFORMED, Reason.REFUSED);
                case Step.Challenge _ -> throw new AssertionError("challenged twice");
                case Outcome.Accepted accepted -> throw new AssertionError("accepted without a claim: " + accepted);
            }
        }
    }
}
