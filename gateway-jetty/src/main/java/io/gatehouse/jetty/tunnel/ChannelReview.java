package io.gatehouse.jetty.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.tunnel.ReviewCause;
import io.gatehouse.core.tunnel.TunnelEffect;
import io.gatehouse.core.tunnel.TunnelEvent;
import java.util.Optional;

/** Decides again about a channel that is open. */
final class ChannelReview {
    private ChannelReview() {}

    /**
     * What the rules say now. A session that is to be renewed needs its account, too: it may take the time of a back
     * end. One that cannot be asked ends nobody's work.
     */
    static TunnelEvent answer(TunnelServices services, TunnelEffect.Review review, Requester requester) {
        Identity who = requester.identity();
        if (review.cause() == ReviewCause.SESSION_TIMEOUT) {
            switch (services.accounts().check(who)) {
                case AccountVerdict.Gone(String reason) -> {
                    return refused(review, "the account is gone: " + reason);
                }
                case AccountVerdict.Active(Identity now) -> who = now;
                case AccountVerdict.NotCovered _, AccountVerdict.Unavailable _ -> {} // as it was
            }
        }
        return switch (services.policy().get().review(requester.of(who), review.allow())) {
            case Access.Allow allow ->
                new TunnelEvent.Reviewed(review.channelId(), review.cause(), Optional.of(allow), "");
            case Access.Deny deny -> refused(review, deny.why());
            case Access.Unresolved(String why) -> refused(review, why);
        };
    }

    private static TunnelEvent refused(TunnelEffect.Review review, String why) {
        return new TunnelEvent.Reviewed(review.channelId(), review.cause(), Optional.empty(), why);
    }
}
