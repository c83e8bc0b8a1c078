package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Token;
import java.util.Optional;

/**
 * A conversation whose claim may be true and yet not be the end. Whoever does not know about this sees a rejection, so
 * that nobody is signed in too early.
 */
interface Negotiation extends Conversation {
    /**
     * To be asked once a claim's verification ended.
     *
     * @return what to send to the client, whose next token then goes to {@link #next}; empty when the outcome is final
     */
    Optional<Token> furtherRound();

    /** The scheme of the mechanism that the client's tokens go to; empty before one was chosen. */
    Optional<Scheme> chosenScheme();
}
