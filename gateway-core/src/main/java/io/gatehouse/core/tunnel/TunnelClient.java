package io.gatehouse.core.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.util.Optional;

/**
 * What is known of the client of a tunnel.
 *
 * @param identity who it is, once that is proven
 * @param name the machine name that it asserts, once it sent TUNNEL_AUTH
 */
public record TunnelClient(Optional<Identity> identity, Optional<String> name) {
    private static final TunnelClient UNKNOWN = new TunnelClient(Optional.empty(), Optional.empty());

    static TunnelClient of(Identity identity) {
        return new TunnelClient(Optional.of(identity), Optional.empty());
    }

    private static TunnelClient of(Session session) {
        return new TunnelClient(Optional.of(session.identity()), session.clientName());
    }

    /** What is known of the client in {@code state}. */
    static TunnelClient in(TunnelState state) {
        return switch (state) {
            case AwaitingHandshake(SignIn.ByHttp(Identity identity)) -> of(identity);
            case AwaitingHandshake(SignIn.InTunnel ignored) -> UNKNOWN;
            case AwaitingExtendedAuth ignored -> UNKNOWN;
            case CheckingExtendedAuth ignored -> UNKNOWN;
            case AwaitingTunnelCreate(Identity identity) -> of(identity);
            case AwaitingCookie ignored -> UNKNOWN;
            case CheckingCookie ignored -> UNKNOWN;
            case Admitting(Identity identity, int ignored) -> of(identity);
            case TunnelCreated created -> of(created.session());
            case AwaitingApproval(Session session) -> of(session);
            case TunnelAuthorized(Session session, int ignored) -> of(session);
            case Connecting connecting -> of(connecting.session());
            case AwaitingTargetApproval waiting -> of(waiting.session());
            case ChannelOpen open -> of(open.session());
            case ClosingChannel ignored -> UNKNOWN;
            case Lingering ignored -> UNKNOWN;
            case Closed ignored -> UNKNOWN;
        };
    }
}
