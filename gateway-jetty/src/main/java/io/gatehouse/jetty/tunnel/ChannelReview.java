package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Redirection;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.ticket.ApprovalDemands;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides again about a channel whose target was dialled already. Safe for use by many threads. */
final class ChannelReview {
    private final UserBlocks blocks;
    private final AccountChecks accounts;
    private final ApprovalDemands demands;
    private final MonotonicClock time;
    private final Duration uncheckedTimeout;

    /**
     * How a tunnel was let in.
     *
     * @param policy the rules by which it is open
     * @param redirectionFlags what its client was asked not to redirect
     * @param offeredFlags what its client said that it can
     */
    record Admitted(AccessPolicy policy, int redirectionFlags, int offeredFlags) {}

    /** An answer. */
    sealed interface Answer {
        /**
         * The channel may be open.
         *
         * @param longest how long at most, whatever the rule says
         */
        record Yes(Access.Allow allow, Optional<Duration> longest) implements Answer {}

        /**
         * It may not be open, or not any more.
         *
         * @param failure what a client is told that waits for it
         * @param why for the audit log only
         */
        record No(TargetFailure failure, String why) implements Answer {
            private No(String why) {
                this(TargetFailure.DENIED, why);
            }
        }
    }

    /**
     * Reviews.
     *
     * @param uncheckedTimeout how long a session is renewed whose account nobody confirms
     */
    ChannelReview(
            UserBlocks blocks,
            AccountChecks accounts,
            ApprovalDemands demands,
            MonotonicClock time,
            Duration uncheckedTimeout) {
        this.blocks = blocks;
        this.accounts = accounts;
        this.demands = demands;
        this.time = time;
        this.uncheckedTimeout = uncheckedTimeout;
    }

    /**
     * What {@code policy} and the blocks say now. Asks no back end and does not wait. An approval counts for as long as
     * the channel is open by the same rule with the same terms: how long it lasts is about further connections.
     *
     * <p>Clients are told on the way in what they are asked not to redirect. So a tunnel whose client was not asked for
     * as much as other rules ask for cannot have a channel by them: its client has to come again.
     *
     * @param dialled what was allowed, for the one address that was dialled
     */
    Answer now(AccessPolicy policy, Admitted tunnel, Requester requester, Access.Allow dialled) {
        Optional<UserBlocks.Block> block = blocks.of(requester.identity());
        if (block.isPresent()) {
            return new Answer.No(block.get().why());
        }
        return switch (policy.review(requester, dialled)) {
            case Access.Allow allow
            when lacksApproval(tunnel, requester, dialled, allow) ->
                new Answer.No("rule \"" + allow.rule().name() + "\" asks for an approval that nobody has given");
            case Access.Allow allow -> {
                Set<Redirection> disabled =
                        policy.disabledSince(tunnel.policy(), tunnel.redirectionFlags(), requester, allow.rule());
                yield disabled.isEmpty()
                        ? new Answer.Yes(allow, Optional.empty())
                        : new Answer.No("the rules disable the redirection of "
                                + disabled.stream().map(Redirection::toString).collect(Collectors.joining(", "))
                                + " now, and this client was not asked to (expected a new connection)");
            }
            case Access.Deny deny ->
                new Answer.No(deny.lookedUp() ? TargetFailure.DENIED_BY_ADDRESS : TargetFailure.DENIED, deny.why());
            case Access.Unresolved(String why) -> new Answer.No(why);
        };
    }

    private boolean lacksApproval(Admitted tunnel, Requester requester, Access.Allow open, Access.Allow now) {
        return !now.rule().asksLike(open.rule()) && isApprovalNeeded(tunnel, requester, now);
    }

    private boolean isApprovalNeeded(Admitted tunnel, Requester requester, Access.Allow now) {
        return demands.lackingWhenOpen(
                        requester.identity(),
                        requester.address().orElseThrow(),
                        now.rule(),
                        TunnelApproval.showsMessages(tunnel.offeredFlags()))
                .isPresent();
    }

    /** Asks about the account of somebody whose session is to be renewed. May take the time of a back end. */
    AccountVerdict account(Identity who) {
        return accounts.check(who);
    }

    /**
     * Whether a session may be renewed.
     *
     * <p>A back end that cannot be asked ends nobody's work, and neither does an account that no back end knows. But
     * nobody works for ever on the word of a sign-in long ago: {@code unchecked-session-timeout} after an account was
     * last confirmed, by its sign-in or its back end, the session ends.
     *
     * @param verdict what {@link #account} answered
     * @param signedInAt a reading of the clock
     */
    Answer renewed(
            AccessPolicy policy,
            Admitted tunnel,
            Requester requester,
            Access.Allow open,
            AccountVerdict verdict,
            long signedInAt) {
        Identity who = requester.identity();
        Duration confirmed = Duration.ofNanos(time.nanos() - signedInAt);
        boolean complete = accounts.coversCompletely(who);
        switch (verdict) {
            case AccountVerdict.Gone(String reason) -> {
                return new Answer.No("the account is gone: " + reason);
            }
            case AccountVerdict.Active(Identity active) -> {
                who = active;
                confirmed = complete ? Duration.ZERO : confirmed;
            }
            case AccountVerdict.Unavailable(String _, Optional<Duration> before) -> {
                if (complete && before.isPresent() && before.get().compareTo(confirmed) < 0) {
                    confirmed = before.get();
                }
            }
            case AccountVerdict.NotCovered() -> {}
        }
        Duration left = uncheckedTimeout.minus(confirmed);
        if (!left.isPositive()) {
            return new Answer.No("the account could not be checked for " + uncheckedTimeout.toSeconds()
                    + " s (unchecked-session-timeout)");
        }
        boolean checked = complete && verdict instanceof AccountVerdict.Active;
        Requester asking = requester.of(who);
        return switch (now(policy, tunnel, asking, open)) {
            case Answer.Yes yes
            when isApprovalNeeded(tunnel, asking, yes.allow()) ->
                new Answer.No("the approval by rule \"" + yes.allow().rule().name()
                        + "\" does not last any more (approval-lasts; expected a new connection)");
            case Answer.Yes yes -> new Answer.Yes(yes.allow(), checked ? Optional.empty() : Optional.of(left));
            case Answer.No no -> no;
        };
    }
}
