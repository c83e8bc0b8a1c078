package io.gatehouse.core.tunnel;

/** The timers of a tunnel. Each is armed at most once at a time; arming it again replaces it. */
public enum TunnelTimer {
    /** The deadline for having an open channel. */
    LOGIN,
    /** A client waits for somebody to approve its connection. */
    APPROVAL,
    /** No byte from the client to the target for the armed time. */
    IDLE,
    /** The channel has been open for the armed time. */
    SESSION,
    /** The hours of a rule begin or end. */
    REVIEW,
    /** No byte to the client for the armed time. */
    KEEPALIVE,
    /** The client did not answer CLOSE_CHANNEL. */
    CLOSE_ANSWER,
    /** The client neither opened a further channel nor left. */
    NEXT_CHANNEL,
    /** The last packet had time to arrive. */
    LINGER
}
