package io.gatehouse.core.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tunnel.TunnelState.Session;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that a tunnel wants done, in the order of the list it comes in. */
public sealed interface TunnelEffect {
    /** Send a packet to the client. */
    record Send(TsguPacket.FromServer packet) implements TunnelEffect {}

    /**
     * Give the blob to the mechanism for extended authentication; answer with {@code SignInContinues} or
     * {@code SignInEnded}.
     */
    record Authenticate(Token blob) implements TunnelEffect {}

    /** Judge the cookie of TUNNEL_CREATE, a token for pluggable authentication; answer with {@code SignInEnded}. */
    record AuthenticateByCookie(Token cookie) implements TunnelEffect {}

    /** Ask the policy whether any rule can apply; answer with {@code Admitted} or {@code NotAdmitted}. */
    record Admit(Identity identity) implements TunnelEffect {}

    /** Somebody is asked: say the name of the client; answer with {@code ApprovalAnswered}. */
    record AwaitApproval(Session session) implements TunnelEffect {}

    /** The client is told to come again; the question goes on without it. */
    record LeaveQuestion() implements TunnelEffect {}

    /**
     * Connect to the first name that the policy allows and that answers; answer with {@code TargetOpened} or {@code
     * TargetFailed}, or with {@code ApprovalNeeded}.
     */
    record OpenTarget(Session session, List<String> names, int port) implements TunnelEffect {}

    /**
     * Ask the rules again about the open channel, and about the account where a session is to be renewed; answer with
     * {@code Reviewed}.
     */
    record Review(Session session, int channelId, Access.Allow allow, ReviewCause cause) implements TunnelEffect {}

    /**
     * Count the session timeout from now.
     *
     * @param longest how long the session may last from now on at most, whatever its rules say
     */
    record RenewSession(Optional<Duration> longest) implements TunnelEffect {}

    /** Begin to relay what the target sends. */
    record StartRelay() implements TunnelEffect {}

    /** Write the bytes to the target. */
    record WriteTarget(ByteBuffer payload) implements TunnelEffect {}

    /** Close the connection to the target, or give up connecting. */
    record CloseTarget() implements TunnelEffect {}

    /** Fire the timer after {@code delay}. */
    record Arm(TunnelTimer timer, Duration delay) implements TunnelEffect {}

    /** Do not fire the timer. */
    record Disarm(TunnelTimer timer) implements TunnelEffect {}

    /** Close the connection to the client, after all that was sent has drained. */
    record CloseTransport() implements TunnelEffect {}

    /** Write an audit event. */
    record Report(TunnelReport report) implements TunnelEffect {}

    /** What the audit log is told; bytes and times are known to the driver, which moves the bytes. */
    sealed interface TunnelReport {}

    /** The client proved who it is, inside the tunnel. */
    record SignedIn(Identity identity) implements TunnelReport {}

    /**
     * The client is refused before a channel is open.
     *
     * @param client what is known of it
     * @param code the error that it is told
     * @param target the target that could not be opened; empty when it did not come so far
     * @param names all names of its CHANNEL_CREATE, when it came so far
     */
    record Refused(TunnelClient client, String code, String target, List<String> names, String why)
            implements TunnelReport {
        public Refused {
            names = List.copyOf(names);
        }
    }

    /**
     * A channel is open.
     *
     * @param names all names of the CHANNEL_CREATE
     * @param address the address that was dialled
     */
    record ChannelOpened(Session session, Access.Allow allow, List<String> names, InetAddress address)
            implements TunnelReport {
        public ChannelOpened {
            names = List.copyOf(names);
        }
    }

    /**
     * The open channel goes on, about which the rules were asked again: its session was renewed, or what allows it is
     * another rule or has other times.
     *
     * @param allow by what it goes on
     * @param before by what it was open until then
     */
    record ChannelContinued(Session session, Access.Allow allow, Access.Allow before, ReviewCause cause)
            implements TunnelReport {}

    /** The channel ended. */
    record ChannelClosed(Session session, Access.Allow allow, AuditEvent.ClosedBy closedBy, String why)
            implements TunnelReport {}
}
