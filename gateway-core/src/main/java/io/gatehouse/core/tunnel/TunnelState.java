package io.gatehouse.core.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.tsgu.Capability;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import java.util.List;
import java.util.Optional;

/** Where a tunnel stands; each state carries exactly what is true in it (MS-TSGU 3.3.1). */
public sealed interface TunnelState {
    /** The client has not sent its HANDSHAKE_REQUEST yet. */
    record AwaitingHandshake(SignIn signIn) implements TunnelState {}

    /** The client may send its next EXTENDED_AUTH_MSG. */
    record AwaitingExtendedAuth() implements TunnelState {}

    /** The mechanism is checking an EXTENDED_AUTH_MSG. */
    record CheckingExtendedAuth() implements TunnelState {}

    /** The handshake is done and the client is known. */
    record AwaitingTunnelCreate(Identity identity) implements TunnelState {}

    /** The handshake is done; the client proves who it is with the cookie of TUNNEL_CREATE. */
    record AwaitingCookie() implements TunnelState {}

    /** The mechanism is checking the PAA cookie. */
    record CheckingCookie(int capsFlags) implements TunnelState {}

    /** The access rules are checked for the user. */
    record Admitting(Identity identity, int capsFlags) implements TunnelState {}

    /**
     * The tunnel exists; the client has yet to name itself.
     *
     * @param consentAsked whether the user must agree to the consent message first, which takes its own time
     * @param approvalAsked whether somebody is asked to approve the connection
     */
    record TunnelCreated(Session session, boolean consentAsked, boolean approvalAsked) implements TunnelState {
        /** Of a connection that nobody is asked about. */
        TunnelCreated(Session session, boolean consentAsked) {
            this(session, consentAsked, false);
        }
    }

    /** TUNNEL_AUTH is answered when somebody approves the connection, or a while later. */
    record AwaitingApproval(Session session) implements TunnelState {}

    /** The client may open a channel. */
    record TunnelAuthorized(Session session, int channelsSoFar) implements TunnelState {}

    /**
     * A connection to the target is being made.
     *
     * @param names all names of the CHANNEL_CREATE, in the order in which they are tried
     */
    record Connecting(Session session, int channelsSoFar, List<String> names) implements TunnelState {
        public Connecting {
            names = List.copyOf(names);
        }
    }

    /**
     * CHANNEL_CREATE is answered when somebody approves the connection, or a while later.
     *
     * @param names all names of the CHANNEL_CREATE
     * @param port of the target
     * @param target the one that needs the approval, {@code host:port}
     */
    record AwaitingTargetApproval(Session session, int channelsSoFar, List<String> names, int port, String target)
            implements TunnelState {
        public AwaitingTargetApproval {
            names = List.copyOf(names);
        }
    }

    /** A channel is open and bytes are relayed. */
    record ChannelOpen(Session session, int channelId, Access.Allow allow) implements TunnelState {}

    /** CLOSE_CHANNEL was sent; its answer is awaited. */
    record ClosingChannel() implements TunnelState {}

    /** The last packet was sent; the transport closes soon. */
    record Lingering() implements TunnelState {}

    /** The tunnel has ended. */
    record Closed() implements TunnelState {}

    /**
     * What is known of an admitted client.
     *
     * @param identity who it is
     * @param offeredFlags the capabilities that it sent
     * @param capsFlags the capabilities that both sides have
     * @param redirectionFlags what it is asked not to redirect
     * @param idleTimeoutMinutes the idle timeout that it is told
     * @param clientName the machine name that it asserts, from TUNNEL_AUTH on
     */
    record Session(
            Identity identity,
            int offeredFlags,
            int capsFlags,
            int redirectionFlags,
            int idleTimeoutMinutes,
            Optional<String> clientName) {
        /** Of a client that has yet to name itself. */
        Session(Identity identity, int offeredFlags, int capsFlags, int redirectionFlags, int idleTimeoutMinutes) {
            this(identity, offeredFlags, capsFlags, redirectionFlags, idleTimeoutMinutes, Optional.empty());
        }

        /** Whether the client takes service messages. */
        public boolean showsMessages() {
            return Capability.MESSAGING_SERVICE_MSG.in(capsFlags);
        }

        Session named(String name) {
            return new Session(
                    identity, offeredFlags, capsFlags, redirectionFlags, idleTimeoutMinutes, Optional.of(name));
        }
    }

    /** How far the client has come, for those whose attempt ends here. */
    default AuditEvent.Stage stage() {
        return switch (this) {
            case AwaitingHandshake ignored -> AuditEvent.Stage.HANDSHAKE;
            case AwaitingExtendedAuth ignored -> AuditEvent.Stage.SIGN_IN;
            case CheckingExtendedAuth ignored -> AuditEvent.Stage.SIGN_IN;
            case AwaitingCookie ignored -> AuditEvent.Stage.SIGN_IN;
            case CheckingCookie ignored -> AuditEvent.Stage.SIGN_IN;
            case AwaitingTunnelCreate ignored -> AuditEvent.Stage.ADMISSION;
            case Admitting ignored -> AuditEvent.Stage.ADMISSION;
            case TunnelCreated ignored -> AuditEvent.Stage.ADMISSION;
            case AwaitingApproval ignored -> AuditEvent.Stage.ADMISSION;
            case TunnelAuthorized ignored -> AuditEvent.Stage.TARGET;
            case Connecting ignored -> AuditEvent.Stage.TARGET;
            case AwaitingTargetApproval ignored -> AuditEvent.Stage.TARGET;
            case ChannelOpen ignored -> AuditEvent.Stage.TARGET;
            case ClosingChannel ignored -> AuditEvent.Stage.TARGET;
            case Lingering ignored -> AuditEvent.Stage.TARGET;
            case Closed ignored -> AuditEvent.Stage.TARGET;
        };
    }

    /** The state in which a tunnel begins. */
    static TunnelState initial(SignIn signIn) {
        return new AwaitingHandshake(signIn);
    }

    /** The bit that the handshake must carry for {@code signIn}. */
    static int expectedExtendedAuth(SignIn signIn) {
        return switch (signIn) {
            case SignIn.ByHttp ignored -> 0;
            case SignIn.InTunnel(ExtendedAuthScheme scheme) -> scheme.bit();
        };
    }
}
