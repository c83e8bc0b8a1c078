package io.gatehouse.core.tunnel;

import static io.gatehouse.core.tsgu.RdgError.E_PROXY_INTERNALERROR;

import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.tsgu.RdgError;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.*;
import io.gatehouse.core.tunnel.TunnelEffect.*;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ways in which a tunnel ends before its time: refused, out of order, or at once. */
final class Endings {
    static final Token EMPTY = Token.of(new byte[0]);

    private Endings() {}

    static Transition refuseTunnel(TunnelClient client, RdgError error, String why) {
        return refuse(client, TunnelResponse.error(error.hresult()), error, why);
    }

    static Transition refuse(TunnelClient client, TsguPacket.FromServer response, RdgError error, String why) {
        return prepend(new Report(new Refused(client, error.name(), "", List.of(), why)), linger(response));
    }

    static Transition linger(TsguPacket.FromServer last) {
        return Transition.to(new Lingering(), new Send(last), new Arm(TunnelTimer.LINGER, TunnelSettings.LINGER));
    }

    /** A valid packet at the wrong time: the response of its own kind, or the end. */
    static Transition misplaced(TunnelState state, TsguPacket.FromClient packet) {
        String why = packet.getClass().getSimpleName() + " in state "
                + state.getClass().getSimpleName();
        int code = E_PROXY_INTERNALERROR.hresult();
        Optional<TsguPacket.FromServer> response = switch (packet) {
            case HandshakeRequest ignored -> Optional.of(new HandshakeResponse(code, 1, 0, 0, 0));
            case ExtendedAuth ignored -> Optional.of(new ExtendedAuth(code, EMPTY));
            case TunnelCreate ignored -> Optional.of(TunnelResponse.error(code));
            case TunnelAuth ignored -> Optional.of(TunnelAuthResponse.error(code));
            case ChannelCreate ignored -> Optional.of(ChannelResponse.error(code));
            case Data ignored -> Optional.empty();
            case KeepAlive ignored -> Optional.empty();
            case CloseChannel ignored -> Optional.empty();
            case CloseChannelResponse ignored -> Optional.empty();
        };
        Transition end = ended(state, ClosedBy.ERROR, why);
        if (response.isEmpty()) {
            return end;
        }
        List<TunnelEffect> effects = new ArrayList<>(end.effects());
        effects.removeIf(CloseTransport.class::isInstance);
        effects.add(new Send(response.get()));
        effects.add(new Arm(TunnelTimer.LINGER, TunnelSettings.LINGER));
        return new Transition(new Lingering(), effects);
    }

    static Transition broken(TunnelState state, String why) {
        return ended(state, ClosedBy.ERROR, why);
    }

    static Transition unexpected(TunnelState state, String why) {
        return state instanceof Lingering || state instanceof ClosingChannel
                ? Transition.to(state)
                : ended(state, ClosedBy.ERROR, why);
    }

    /** The end of everything at once. */
    static Transition ended(TunnelState state, ClosedBy closedBy, String why) {
        return switch (state) {
            case ChannelOpen open ->
                Transition.to(new Closed(), new CloseTarget(), closed(open, closedBy, why), new CloseTransport());
            case ClosingChannel ignored -> Transition.to(new Closed(), new CloseTransport());
            case Lingering ignored -> Transition.to(new Closed(), new CloseTransport());
            case TunnelAuthorized(Session session, int channels)
            when channels > 0 -> Transition.to(new Closed(), new CloseTransport());
            case Closed ignored -> Transition.to(state);
            case AwaitingHandshake ignored -> abandoned(state, List.of(), why);
            case AwaitingExtendedAuth ignored -> abandoned(state, List.of(), why);
            case CheckingExtendedAuth ignored -> abandoned(state, List.of(), why);
            case AwaitingTunnelCreate ignored -> abandoned(state, List.of(), why);
            case AwaitingCookie ignored -> abandoned(state, List.of(), why);
            case CheckingCookie ignored -> abandoned(state, List.of(), why);
            case Admitting ignored -> abandoned(state, List.of(), why);
            case TunnelCreated ignored -> abandoned(state, List.of(), why);
            case AwaitingApproval ignored -> abandoned(state, List.of(), why);
            case TunnelAuthorized ignored -> abandoned(state, List.of(), why);
            case Connecting connecting -> abandoned(state, connecting.names(), why);
            case AwaitingTargetApproval waiting -> abandoned(state, waiting.names(), why);
        };
    }

    /** The gateway closes the channel, and tells the client {@code status}. */
    static Transition closeChannel(ChannelOpen open, RdgError status, ClosedBy closedBy, String why) {
        List<TunnelEffect> effects = new ArrayList<>(List.of(new CloseTarget(), closed(open, closedBy, why)));
        effects.addAll(Reviews.noTimers());
        effects.add(new Send(new CloseChannel(status.closeStatus())));
        effects.add(new Arm(TunnelTimer.CLOSE_ANSWER, TunnelSettings.CLOSE_ANSWER));
        return new Transition(new ClosingChannel(), effects);
    }

    static Report closed(ChannelOpen open, ClosedBy closedBy, String why) {
        return new Report(new ChannelClosed(open.session(), open.allow(), closedBy, why));
    }

    private static Transition abandoned(TunnelState state, List<String> names, String why) {
        return Transition.to(
                new Closed(),
                new CloseTarget(),
                new Report(new Refused(TunnelClient.in(state), AuditEvent.CLOSED_BEFORE_CHANNEL, "", names, why)),
                new CloseTransport());
    }

    static Transition prepend(TunnelEffect first, Transition rest) {
        List<TunnelEffect> effects = new ArrayList<>();
        effects.add(first);
        effects.addAll(rest.effects());
        return new Transition(rest.next(), effects);
    }
}
