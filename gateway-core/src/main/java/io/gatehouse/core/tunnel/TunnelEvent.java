package io.gatehouse.core.tunnel;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.tsgu.TsguPacket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/** An event of a tunnel: a packet, an answer, a timer, or the end of a connection. */
public sealed interface TunnelEvent {
    /** A whole packet came from the client. */
    record Received(TsguPacket.FromClient packet) implements TunnelEvent {}

    /** Bytes came from the client that are no packet, or more than it may send. */
    record Malformed(String why) implements TunnelEvent {}

    /** The mechanism needs another round. */
    record SignInContinues(Token challenge) implements TunnelEvent {}

    /** The mechanism accepted or refused the sign-in. */
    record SignInEnded(Outcome outcome) implements TunnelEvent {}

    /**
     * A rule may apply to the user.
     *
     * @param approval what the user is told about an approval that may be needed; empty when none is, or when the
     *     client cannot show it
     * @param approvalFirst whether somebody is asked already, and TUNNEL_AUTH waits for the answer
     */
    record Admitted(Admission admission, Optional<String> approval, boolean approvalFirst) implements TunnelEvent {
        /** Of a user who needs no approval. */
        public Admitted(Admission admission) {
            this(admission, Optional.empty(), false);
        }
    }

    /** No rule can apply to the user. */
    record NotAdmitted(String why) implements TunnelEvent {}

    /** The connection to the target was opened. */
    record TargetOpened(Access.Allow allow, InetAddress address) implements TunnelEvent {}

    /** The target could not be connected to. */
    record TargetFailed(TargetFailure failure, String target, String why) implements TunnelEvent {}

    /** The reasons why a target is not connected to. */
    enum TargetFailure {
        /** No rule allows it, whatever its addresses are. */
        DENIED,
        /**
         * No rule allows it because of what its name resolves to. The client gets the answer of {@link #UNREACHABLE},
         * or it would learn which names there are.
         */
        DENIED_BY_ADDRESS,
        /** No address answers. */
        UNREACHABLE,
        /** The user has too many channels. */
        TOO_MANY,
        /** The client cannot show a message that it would have to show. */
        SHOWS_NO_MESSAGE,
        /** The gateway itself failed. */
        BROKEN
    }

    /** The rule that allows the target asks for an approval, and somebody is asked. */
    record ApprovalNeeded(String target, int port) implements TunnelEvent {}

    /**
     * Somebody answered.
     *
     * @param given whether the connection may go on
     * @param why why not, for the audit log
     */
    record ApprovalAnswered(boolean given, String why) implements TunnelEvent {}

    /** The rules are others now: an open channel is to be decided about again. */
    record RulesChanged() implements TunnelEvent {}

    /**
     * What the rules say now about an open channel.
     *
     * @param allow what they allow; empty when they do not allow it any more
     * @param longest how long a session that is renewed may last at most, whatever its rule says; empty when only the
     *     rule matters
     * @param why why they do not allow it, for the audit log
     */
    record Reviewed(
            int channelId, ReviewCause cause, Optional<Access.Allow> allow, Optional<Duration> longest, String why)
            implements TunnelEvent {
        /** An answer after which the session lasts as long as its rule says. */
        public Reviewed(int channelId, ReviewCause cause, Optional<Access.Allow> allow, String why) {
            this(channelId, cause, allow, Optional.empty(), why);
        }
    }

    /** The target ended the connection, and all that it sent before went to the client. */
    record TargetClosed(String why) implements TunnelEvent {}

    /** A timer that the machine had armed fired. */
    record TimerFired(TunnelTimer timer) implements TunnelEvent {}

    /** An administrator or the gateway's own end closes the tunnel. */
    record Terminated(boolean byAdministrator, String why) implements TunnelEvent {}

    /** An administrator has a message for the user: printable text. */
    record MessageForUser(String text) implements TunnelEvent {}

    /** The transport was closed, by the client or by a failure. */
    record TransportClosed(String why) implements TunnelEvent {}
}
