package io.gatehouse.jetty.portal;

import io.gatehouse.api.Peer;
import io.gatehouse.jetty.edge.IncomingRequest;
import java.time.Duration;
import org.eclipse.jetty.server.Request;

/**
 * Tells the portal what the {@code FrontGate} knows of a request. Browsers keep connections open; theirs are under the
 * limits of all connections without a tunnel, and end with an answer before those strike.
 */
public final class PortalReception implements Reception {
    private static final Duration TIME_FOR_ANOTHER_REQUEST = Duration.ofSeconds(15);

    @Override
    public Peer peer(Request request) {
        return IncomingRequest.of(request).peer();
    }

    @Override
    public boolean mayStay(Request request) {
        return !IncomingRequest.of(request).isNearItsLimits(TIME_FOR_ANOTHER_REQUEST);
    }

    @Override
    public void refused(Request request, int status, String why) {
        IncomingRequest.of(request).note(status, why);
    }
}
