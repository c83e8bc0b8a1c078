package io.gatehouse.jetty.transport;

import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;

/**
 * The OUT connection of a dual channel, as {@link Pairings} keeps it until its IN connection comes. Safe for use by
 * many threads.
 */
public interface OutChannel {
    /** Watches the connection. */
    ConnectionGuard guard();

    /**
     * Begins the tunnel with the IN channel, whose request is answered when the tunnel ends. A client that is so quick
     * that the OUT connection is not yet taken over waits until it is: nothing is written into the middle of the answer
     * to OUT.
     *
     * @param in its connection may not have been taken over from HTTP yet
     * @param tunnels opens the tunnel
     * @return false when the OUT connection is gone, so that the request is the caller's to answer
     */
    boolean attach(InChannel in, TunnelFactory tunnels, TunnelStart start);

    /**
     * Ends the connection at once. Doing so again changes nothing.
     *
     * @param why for the audit log, if no tunnel has begun
     */
    void abort(String why);
}
