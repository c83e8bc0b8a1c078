package io.gatehouse.api;

import java.util.Optional;
import java.util.function.Function;

/**
 * One attempt of one client to sign in.
 *
 * <p>The contract, checked for every provider by the contract test of the testkit:
 *
 * <ul>
 *   <li>{@link #next} is called by one thread at a time, never after an {@link Outcome}, and after a {@link Step.Claim}
 *   only when
 *       its verification answered with a {@link Step.Challenge};
 *   <li>a claim's verification is called at most once, before {@link #close};
 *   <li>{@link #close} is called exactly once, also when the client disconnects midway;
 *   <li>{@code next} and {@code verify} may block; they do not log outcomes, they return them;
 *   <li>hostile tokens end in {@link Outcome.Rejected}; an exception means a broken provider: the core answers
 *       {@link Outcome.Reason#UNAVAILABLE}, logs it with its stack and does not ask the next provider;
 *   <li>a failure takes the same work whether the account exists or not.
 * </ul>
 */
public interface Conversation extends AutoCloseable {
    /** Takes the client's next token and says what is to be done. */
    Step next(Token token);

    /**
     * The keys that this conversation agreed on, for SPNEGO's mechListMIC (RFC 4178 section 5); present at the earliest
     * once it was accepted.
     */
    default Optional<MessageIntegrity> integrity() {
        return Optional.empty();
    }

    /**
     * The scheme of the mechanism that the client's tokens go to, for the audit log, where another one was negotiated
     * than that of {@link TokenMechanism#scheme}; empty otherwise, and before one was chosen.
     */
    default Optional<Scheme> negotiated() {
        return Optional.empty();
    }

    /** Forgets all state. */
    @Override
    void close();

    /** A conversation that answers the client's only token and keeps nothing. */
    static Conversation ofOneToken(Function<Token, Step> answer) {
        return new Conversation() {
            @Override
            public Step next(Token token) {
                return answer.apply(token);
            }

            @Override
            public void close() {
                // Nothing is kept between tokens.
            }
        };
    }
}
