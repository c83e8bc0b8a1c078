package io.gatehouse.core.login;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import java.util.Optional;

/** What comes after a token of a {@link LoginAttempt}. */
public sealed interface LoginStep {

    /** The client must answer {@code challenge} in one more round. */
    record Continue(Token challenge) implements LoginStep {}

    /**
     * The attempt is over, and its conversation closed.
     *
     * @param outcome how it ended
     * @param claimedAccount the name that the client claimed, when it came so far; not verified
     */
    record Done(Outcome outcome, Optional<String> claimedAccount) implements LoginStep {}
}
