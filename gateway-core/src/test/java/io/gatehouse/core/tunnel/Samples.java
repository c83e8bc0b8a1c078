package io.gatehouse.core.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.*;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One example of everything that the tests need. */
final class Samples {
    static final Identity ALICE = Identity.local("ntlm", "ntlm", "alice", Set.of("staff"), Set.of());
    static final TunnelSettings SETTINGS = new TunnelSettings(
            Set.of(ExtendedAuthScheme.SSPI_NTLM),
            Optional.empty(),
            false,
            Duration.ofMinutes(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30));
    static final Rule RULE = new Rule("lab", Optional.of(Duration.ofHours(2)), Optional.of(Duration.ofHours(8)));
    static final InetAddress ADDRESS = InetAddress.ofLiteral("10.1.0.7");
    static final Access.Allow ALLOW = new Access.Allow(RULE, new Target("desk.lab", 3389), List.of(ADDRESS));
    static final TunnelState.Session SESSION = new TunnelState.Session(ALICE, 0x0D, 0x0A, 0x01, 120);

    static final HandshakeRequest HANDSHAKE = new HandshakeRequest(1, 0, 0, 0);
    static final ExtendedAuth EXTENDED_AUTH = new ExtendedAuth(0, Token.of(new byte[] {1, 2, 3}));
    static final TunnelCreate TUNNEL_CREATE = new TunnelCreate(0x0D, OptionalLong.empty(), Optional.empty());
    static final TunnelAuth TUNNEL_AUTH = new TunnelAuth("laptop", Optional.empty());
    static final ChannelCreate CHANNEL_CREATE = new ChannelCreate(List.of("desk.lab"), List.of("desk"), 3389, 3);
    static final Data DATA = new Data(ByteBuffer.wrap(new byte[] {3, 0}));
    static final KeepAlive KEEPALIVE = new KeepAlive();
    static final CloseChannel CLOSE_CHANNEL = new CloseChannel(0);
    static final CloseChannelResponse CLOSE_CHANNEL_RESPONSE = new CloseChannelResponse(0);

    static final List<TsguPacket.FromClient> PACKETS = List.of(
            HANDSHAKE,
            EXTENDED_AUTH,
            TUNNEL_CREATE,
            TUNNEL_AUTH,
            CHANNEL_CREATE,
            DATA,
            KEEPALIVE,
            CLOSE_CHANNEL,
            CLOSE_CHANNEL_RESPONSE);

    static final List<TunnelState> STATES = List.of(
            new TunnelState.AwaitingHandshake(new SignIn.ByHttp(ALICE)),
            new TunnelState.AwaitingExtendedAuth(),
            new TunnelState.CheckingExtendedAuth(),
            new TunnelState.AwaitingTunnelCreate(ALICE),
            new TunnelState.AwaitingCookie(),
            new TunnelState.CheckingCookie(0x0D),
            new TunnelState.Admitting(ALICE, 0x0D),
            new TunnelState.TunnelCreated(SESSION, false),
            new TunnelState.AwaitingApproval(SESSION),
            new TunnelState.TunnelAuthorized(SESSION, 0),
            new TunnelState.Connecting(SESSION, 0, List.of("desk.lab")),
            new TunnelState.AwaitingTargetApproval(SESSION, 0, List.of("desk.lab"), 3389, "desk.lab:3389"),
            new TunnelState.ChannelOpen(SESSION, 1, ALLOW),
            new TunnelState.ClosingChannel(),
            new TunnelState.Lingering(),
            new TunnelState.Closed());

    private Samples() {}
}
