package io.gatehouse.core.tunnel;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.tsgu.TsguPacket;
import java.net.InetAddress;

/** Something that happens to a tunnel. */
public sealed interface TunnelEvent {
    /** A whole packet came from the client. */
    record Received(TsguPacket.FromClient packet) implements TunnelEvent {}

    /** Bytes came from the client that are no packet, or more than it may send. */
    record Malformed(String why) implements TunnelEvent {}

    /** The mechanism wants one more round. */
    record SignInContinues(Token challenge) implements TunnelEvent {}

    /** The mechanism came to an end. */
    record SignInEnded(Outcome outcome) implements TunnelEvent {}

    /** A rule may apply to the user. */
    record Admitted(Admission admission) implements TunnelEvent {}

    /** No rule can apply to the user. */
    record NotAdmitted(String why) implements TunnelEvent {}

    /** A connection to the target stands. */
    record TargetOpened(Access.Allow allow, InetAddress address) implements TunnelEvent {}

    /** No connection to the target stands. */
    record TargetFailed(TargetFailure failure, String target, String why) implements TunnelEvent {}

    /** Why no connection to a target stands. */
    enum TargetFailure {
        /** No rule allows it. */
        DENIED,
        /** No address answers. */
        UNREACHABLE,
        /** The user has too many channels. */
        TOO_MANY,
        /** The gateway itself failed. */
        BROKEN
    }

    /** The target ended the connection, and all that it sent before went to the client. */
    record TargetClosed(String why) implements TunnelEvent {}

    /** An armed timer fired. */
    record TimerFired(TunnelTimer timer) implements TunnelEvent {}

    /** An administrator or the gateway's own end closes the tunnel. */
    record Terminated(boolean byAdministrator, String why) implements TunnelEvent {}

    /** The client is gone. */
    record TransportClosed(String why) implements TunnelEvent {}
}
