package io.gatehouse.core.login;

import io.gatehouse.api.Outcome;
import java.time.Duration;

/**
 * Is told how long the gateway and its back ends took for each sign-in, without the time that the client took between
 * two rounds. Safe for use by many threads.
 */
@FunctionalInterface
public interface SignInTimes {
    /**
     * A sign-in ended.
     *
     * @param method as the audit log names it
     * @param result {@code accepted}, or the label of the reason
     */
    void took(String method, String result, Duration duration);

    /** A sign-in ended with {@code outcome}. */
    default void took(String method, Outcome outcome, Duration duration) {
        switch (outcome) {
            case Outcome.Accepted _ -> accepted(method, duration);
            case Outcome.Rejected rejected -> took(method, rejected.reason().label(), duration);
        }
    }

    /** A user was signed in. */
    default void accepted(String method, Duration duration) {
        took(method, "accepted", duration);
    }
}
