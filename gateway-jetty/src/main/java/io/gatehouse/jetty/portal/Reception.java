package io.gatehouse.jetty.portal;

import io.gatehouse.api.Peer;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/** What the server knows about connections. */
public interface Reception {
    /** Who stands behind a request; empty for a connection that is not from the network. */
    Optional<Peer> peer(Request request);

    /** Counts a request; false when its connection should end with the answer. */
    boolean mayStay(Request request);
}
