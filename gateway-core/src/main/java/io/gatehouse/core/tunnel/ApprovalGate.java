package io.gatehouse.core.tunnel;

import static io.gatehouse.core.tsgu.RdgError.*;
import static io.gatehouse.core.tunnel.Endings.*;

import io.gatehouse.core.tsgu.RdgError;
import io.gatehouse.core.tsgu.TsguPacket.ChannelResponse;
import io.gatehouse.core.tsgu.TsguPacket.TunnelAuthResponse;
import io.gatehouse.core.tunnel.TunnelEffect.*;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The two places in which a tunnel waits for an approval: before TUNNEL_AUTH is answered, when every target of the user
 * needs it, and before a target is connected to. The first is for the time that it gives people; only the second lets
 * anybody through. Nothing is sent meanwhile, and the login deadline stands still.
 */
final class ApprovalGate {
    private final TunnelSettings settings;

    ApprovalGate(TunnelSettings settings) {
        this.settings = settings;
    }

    /** What the user is told about an approval comes first: a window may show the beginning only. */
    Optional<String> consentText(Optional<String> approval) {
        return approval.map(text -> text
                        + settings.consentMessage().map(more -> "\n\n" + more).orElse(""))
                .or(settings::consentMessage);
    }

    /** TUNNEL_AUTH of a client for whom somebody is asked. */
    Transition beforeTunnel(Session session) {
        return Transition.to(
                new AwaitingApproval(session),
                new Disarm(TunnelTimer.LOGIN),
                new Arm(TunnelTimer.APPROVAL, settings.approvalWait()),
                new AwaitApproval(session));
    }

    /** The client may ask for a target. */
    static Transition authorized(Session session, TunnelEffect... further) {
        TunnelAuthResponse response = new TunnelAuthResponse(
                0,
                OptionalInt.of(session.redirectionFlags()),
                OptionalInt.of(session.idleTimeoutMinutes()),
                Optional.empty());
        List<TunnelEffect> effects = new ArrayList<>();
        effects.add(new Send(response));
        effects.addAll(List.of(further));
        return new Transition(new TunnelAuthorized(session, 0), effects);
    }

    /** The rule of a target asks for an approval. */
    Transition needed(TunnelState state, String target, int port) {
        if (!(state instanceof Connecting(Session session, int channels, List<String> names))) {
            return unexpected(state, "an approval at the wrong time");
        }
        return Transition.to(
                new AwaitingTargetApproval(session, channels, names, port, target),
                new Disarm(TunnelTimer.LOGIN),
                new Arm(TunnelTimer.APPROVAL, settings.approvalWait()));
    }

    /**
     * An answer, which opens nothing by itself: the rules are asked again about the target. It may come when the client
     * is gone, or was told to come again.
     */
    Transition answered(TunnelState state, boolean given, String why) {
        if (state instanceof AwaitingApproval(Session session)) {
            return prepend(
                    new Disarm(TunnelTimer.APPROVAL),
                    given
                            ? goesOn(session)
                            : refuse(
                                    TunnelClient.in(state),
                                    TunnelAuthResponse.error(E_PROXY_NAP_ACCESSDENIED.hresult()),
                                    E_PROXY_NAP_ACCESSDENIED,
                                    why));
        }
        if (state instanceof AwaitingTargetApproval waiting) {
            return prepend(
                    new Disarm(TunnelTimer.APPROVAL),
                    given
                            ? Transition.to(
                                    new Connecting(waiting.session(), waiting.channelsSoFar(), waiting.names()),
                                    new Arm(TunnelTimer.LOGIN, settings.loginDeadline()),
                                    new OpenTarget(waiting.session(), waiting.names(), waiting.port()))
                            : refused(waiting, E_PROXY_RAP_ACCESSDENIED, why));
        }
        return Transition.to(state);
    }

    private Transition goesOn(Session session) {
        return authorized(session, new Arm(TunnelTimer.LOGIN, settings.loginDeadline()));
    }

    /**
     * The time that clients wait is over. Nothing is open yet after TUNNEL_AUTH: the client goes on, and waits again
     * when it asks for a target. After CHANNEL_CREATE it learns that the gateway cannot serve it now.
     */
    Transition notAnswered(TunnelState state) {
        if (state instanceof AwaitingApproval(Session session)) {
            return goesOn(session);
        }
        if (state instanceof AwaitingTargetApproval waiting) {
            String why = "nobody answered within " + settings.approvalWait().toSeconds()
                    + " s ([approval] client-wait); the client was told to try again later";
            return prepend(new LeaveQuestion(), refused(waiting, E_PROXY_INTERNALERROR, why));
        }
        return Transition.to(state);
    }

    private static Transition refused(AwaitingTargetApproval waiting, RdgError error, String why) {
        return prepend(
                new Report(new Refused(TunnelClient.in(waiting), error.name(), waiting.target(), waiting.names(), why)),
                linger(ChannelResponse.error(error.hresult())));
    }
}
