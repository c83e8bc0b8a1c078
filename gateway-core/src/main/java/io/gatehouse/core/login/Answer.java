package io.gatehouse.core.login;

import io.gatehouse.api.Identity;
import java.util.List;
import java.util.Optional;

/** The answer of {@link HttpLogin} to one request. */
public sealed interface Answer {

    /**
     * 401, with a body of length 0 and the connection kept open.
     *
     * @param wwwAuthenticate the header's values, one a line
     * @param pending the attempt that this connection's next request continues; whoever holds it closes it
     * @param refusal what the audit log must know, when somebody tried and failed
     */
    record Unauthorized(List<String> wwwAuthenticate, Optional<LoginAttempt> pending, Optional<Refusal> refusal)
            implements Answer {
        public Unauthorized {
            wwwAuthenticate = List.copyOf(wwwAuthenticate);
        }
    }

    /**
     * The request is {@code identity}'s.
     *
     * @param identity who it is
     * @param wwwAuthenticate the final token of Negotiate, to be sent with the 101 or 200
     */
    record Authorized(Identity identity, Optional<String> wwwAuthenticate) implements Answer {}
}
