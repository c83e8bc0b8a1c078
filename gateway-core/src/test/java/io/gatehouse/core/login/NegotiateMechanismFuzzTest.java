package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.PEER;
import static io.gatehouse.core.login.FakeMechanism.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.Venue;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Over mechanisms that accept nobody, no sequence of tokens does anything but challenge and reject. The data is a
 * sequence of tokens, each behind its length in two bytes.
 */
final class NegotiateMechanismFuzzTest {
    private static final int MOST_TOKENS = 8;

    @FuzzTest
    void next(byte[] data) {
        FakeMechanism ntlm = new FakeMechanism(
                Scheme.NTLM,
                token -> NtlmMessages.isNegotiate(token)
                        ? new Step.Challenge(token("NTLMSSP\0\2\0\0\0"))
                        : new Rejected(Reason.BAD_CREDENTIALS, "nobody"));
        FakeMechanism kerberos =
                new FakeMechanism(Scheme.KERBEROS, _ -> new Rejected(Reason.BAD_CREDENTIALS, "nobody"));
        Conversation conversation = new NegotiateMechanism(
                        data.length % 2 == 0 ? Optional.of(kerberos) : Optional.empty(), Optional.of(ntlm))
                .open(PEER, Venue.HTTP_AUTHORIZATION);
        ByteBuffer tokens = ByteBuffer.wrap(data);
        for (int i = 0; i < MOST_TOKENS && tokens.remaining() >= 2; i++) {
            byte[] token = new byte[Math.min(tokens.getShort() & 0xffff, tokens.remaining())];
            tokens.get(token);
            Step step = conversation.next(Token.of(token));
            assertThat(step).isInstanceOfAny(Step.Challenge.class, Rejected.class);
            if (step instanceof Rejected) {
                break;
            }
        }
        conversation.close();
        assertThat(ntlm.closed).isEqualTo(ntlm.opened);
        assertThat(kerberos.closed).isEqualTo(kerberos.opened);
    }
}
