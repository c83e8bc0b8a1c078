package io.gatehouse.core.tunnel;

import static io.gatehouse.core.tsgu.RdgError.*;

import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.tsgu.Capability;
import io.gatehouse.core.tsgu.RdgError;
import io.gatehouse.core.tunnel.TunnelEffect.*;
import io.gatehouse.core.tunnel.TunnelEvent.*;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The times of an open channel: how long its rule allows it, and what happens when the rules say something else. */
final class Reviews {
    private Reviews() {}

    /** The timers of a channel that {@code allow} opens. */
    static List<TunnelEffect> timersOf(Access.Allow allow) {
        Rule rule = allow.rule();
        List<TunnelEffect> effects = new ArrayList<>();
        rule.idleTimeout().ifPresent(time -> effects.add(new Arm(TunnelTimer.IDLE, time)));
        rule.sessionTimeout().ifPresent(time -> effects.add(new Arm(TunnelTimer.SESSION, time)));
        allow.reviewAfter().ifPresent(time -> effects.add(new Arm(TunnelTimer.REVIEW, time)));
        return effects;
    }

    /** The end of all timers of an open channel. */
    static List<TunnelEffect> noTimers() {
        return List.of(
                new Disarm(TunnelTimer.KEEPALIVE),
                new Disarm(TunnelTimer.IDLE),
                new Disarm(TunnelTimer.SESSION),
                new Disarm(TunnelTimer.REVIEW));
    }

    /** A channel that has been open for its session timeout. */
    static Transition sessionTimedOut(ChannelOpen open) {
        return open.allow().rule().atSessionTimeout() == AtSessionTimeout.REAUTHORISE
                ? review(open, ReviewCause.SESSION_TIMEOUT)
                : timedOut(open, ClosedBy.SESSION_TIMEOUT, "open for the rule's session timeout");
    }

    /** A channel about which the rules are asked again. */
    static Transition review(ChannelOpen open, ReviewCause cause) {
        return Transition.to(open, new Review(open.session(), open.channelId(), open.allow(), cause));
    }

    /** What the rules answered; about a channel that is not open any more it does not matter. */
    static Transition reviewed(TunnelState state, Reviewed answer) {
        if (!(state instanceof ChannelOpen open) || open.channelId() != answer.channelId()) {
            return Transition.to(state);
        }
        if (answer.allow().isEmpty()) {
            return notAllowed(open, answer.cause(), answer.cause().text() + ": " + answer.why());
        }
        Access.Allow now = answer.allow().get();
        boolean renewed = answer.cause() == ReviewCause.SESSION_TIMEOUT;
        List<TunnelEffect> effects = new ArrayList<>();
        if (renewed) {
            effects.add(new RenewSession(answer.longest()));
        }
        if (renewed || !now.rule().equals(open.allow().rule())) {
            effects.add(new Report(new ChannelContinued(open.session(), now, open.allow(), answer.cause())));
            effects.add(timer(TunnelTimer.IDLE, now.rule().idleTimeout()));
            effects.add(timer(TunnelTimer.SESSION, now.rule().sessionTimeout()));
        }
        effects.add(timer(TunnelTimer.REVIEW, now.reviewAfter()));
        return new Transition(new ChannelOpen(open.session(), open.channelId(), now), effects);
    }

    private static TunnelEffect timer(TunnelTimer timer, Optional<Duration> time) {
        return time.<TunnelEffect>map(delay -> new Arm(timer, delay)).orElseGet(() -> new Disarm(timer));
    }

    private static Transition notAllowed(ChannelOpen open, ReviewCause cause, String why) {
        return switch (cause) {
            case SESSION_TIMEOUT -> timedOut(open, ClosedBy.SESSION_TIMEOUT, why);
            case HOURS -> timedOut(open, ClosedBy.POLICY, why);
            case RULES_CHANGED -> Endings.closeChannel(open, ERROR_CONNECTION_ABORTED, ClosedBy.POLICY, why);
        };
    }

    /** Clients that know idle timeouts show their users that the time is over. */
    static Transition timedOut(ChannelOpen open, ClosedBy closedBy, String why) {
        boolean understood = Capability.IDLE_TIMEOUT.in(open.session().capsFlags());
        RdgError status = understood ? E_PROXY_SESSIONTIMEOUT : ERROR_CONNECTION_ABORTED;
        return Endings.closeChannel(open, status, closedBy, why);
    }
}
