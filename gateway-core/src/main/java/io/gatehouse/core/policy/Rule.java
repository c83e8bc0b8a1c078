package io.gatehouse.core.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * The part of a rule that holds for a channel it allowed.
 *
 * @param name for the audit log
 * @param idleTimeout close after this time without input from the client
 * @param sessionTimeout the channel has been open for long after this time
 * @param atSessionTimeout what happens then
 * @param channelsPerUser how many channels one user may have by this rule at a time
 * @param wake whether the user may wake the machine of the target
 * @param approval what must be approved first
 */
public record Rule(
        String name,
        Optional<Duration> idleTimeout,
        Optional<Duration> sessionTimeout,
        AtSessionTimeout atSessionTimeout,
        Optional<Integer> channelsPerUser,
        boolean wake,
        Optional<ApprovalTerms> approval) {

    /** A rule by which nobody wakes a machine, and that needs no approval. */
    public Rule(
            String name,
            Optional<Duration> idleTimeout,
            Optional<Duration> sessionTimeout,
            AtSessionTimeout atSessionTimeout,
            Optional<Integer> channelsPerUser) {
        this(name, idleTimeout, sessionTimeout, atSessionTimeout, channelsPerUser, false, Optional.empty());
    }

    /** A rule that closes what was open for its session timeout, and counts no channels. */
    public Rule(String name, Optional<Duration> idleTimeout, Optional<Duration> sessionTimeout) {
        this(name, idleTimeout, sessionTimeout, AtSessionTimeout.DISCONNECT, Optional.empty());
    }

    /** The same rule, which asks for an approval by {@code terms}. */
    public Rule approvedBy(ApprovalTerms terms) {
        return new Rule(name, idleTimeout, sessionTimeout, atSessionTimeout, channelsPerUser, wake, Optional.of(terms));
    }

    /** Whether an approval by this rule is one by {@code other}. */
    public boolean asksLike(Rule other) {
        return name.equals(other.name) && approval.equals(other.approval);
    }
}
