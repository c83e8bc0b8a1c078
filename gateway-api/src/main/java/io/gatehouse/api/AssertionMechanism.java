package io.gatehouse.api;

import java.util.Optional;

/**
 * Takes the word of somebody in front of the gateway who signed the user in already: a header of a trusted proxy, or a
 * signed assertion. Serves the portal only, since RDP clients carry none of these. Safe for use by many threads.
 */
public non-sealed interface AssertionMechanism extends Mechanism {
    /** Its name for the audit log and for rules, for example {@code header}. */
    String name();

    /**
     * Looks for an assertion in {@code request}; may block while it fetches keys.
     *
     * @return empty when the request carries none; a {@link Outcome.Rejected} when it carries one that is not to be
     *     believed
     */
    Optional<Outcome> assess(WebRequest request);
}
