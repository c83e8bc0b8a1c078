package io.gatehouse.jetty;

import io.gatehouse.api.Peer;
import io.gatehouse.jetty.portal.Reception;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * Tells the portal who stands behind a request. Browsers keep connections open; theirs are under the limits of all connections without a
 * tunnel, and end with an answer before those strike.
 */
final class PortalReception implements Reception {
    private static final Duration TOO_LATE = Duration.ofSeconds(15);

    private final ConnectionBudget budget;

    PortalReception(ConnectionBudget budget) {
        this.budget = budget;
    }

    @Override
    public Optional<Peer> peer(Request request) {
        return Peers.of(request);
    }

    @Override
    public boolean mayStay(Request request) {
        ConnectionGuard guard =
                budget.guard(request.getConnectionMetaData().getConnection().getEndPoint());
        return guard != null
                && guard.countRequest()
                && (guard.shared() || guard.timeLeft().compareTo(TOO_LATE) > 0);
    }
}
