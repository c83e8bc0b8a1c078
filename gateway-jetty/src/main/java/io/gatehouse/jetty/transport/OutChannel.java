package io.gatehouse.jetty.transport;

import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The OUT connection of a dual channel, as {@link Pairings} keeps it until its IN connection comes. Safe for use by
 * many threads.
 */
public interface OutChannel {
    /** Watches the connection. */
    ConnectionGuard guard();

    /**
     * Begins the tunnel with the IN channel's request, which is answered when the tunnel ends. A client that is so
     * quick that the OUT connection is not yet taken over waits until it is: nothing is written into the middle of the
     * answer to OUT.
     *
     * @param in the connection of the IN channel
     * @param tunnels opens the tunnel
     * @return false when the OUT connection is gone, so that the request is the caller's to answer
     */
    boolean attach(
            EndPoint in,
            Request request,
            Response response,
            Callback callback,
            TunnelFactory tunnels,
            TunnelStart start);

    /**
     * Ends the connection at once. Doing so again changes nothing.
     *
     * @param why for the audit log, if no tunnel has begun
     */
    void abort(String why);
}
