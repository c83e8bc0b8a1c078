package io.gatehouse.core.grant;

import io.gatehouse.core.policy.AtHoursEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What holds for every grant, as it does for a rule that has the keys of the same names.
 *
 * @param methods sign-in methods, lower case; empty for all
 * @param multiFactor whether a second factor must have been used
 * @param redirectionFlags bits of {@link io.gatehouse.core.tsgu.RedirectionFlag}
 * @param idleTimeout close after this time without input from the client
 * @param sessionTimeout close after this time
 * @param atEnd what becomes of channels that are open when a grant ends
 */
public record GrantTerms(
        Set<String> methods,
        boolean multiFactor,
        int redirectionFlags,
        Optional<Duration> idleTimeout,
        Optional<Duration> sessionTimeout,
        AtHoursEnd atEnd) {
    public GrantTerms {
        methods = Set.copyOf(methods);
    }
}
