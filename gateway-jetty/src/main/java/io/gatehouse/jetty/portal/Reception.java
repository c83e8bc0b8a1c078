package io.gatehouse.jetty.portal;

import io.gatehouse.api.Peer;
import org.eclipse.jetty.server.Request;

/** What the server knows about the connections of requests. */
public interface Reception {
    /** Who stands behind a request. */
    Peer peer(Request request);

    /** Whether the connection may take another request; false when it should end with the answer. */
    boolean mayStay(Request request);

    /** Writes why a request was refused that no audit event tells of; the browser learns {@code status}. */
    void refused(Request request, int status, String why);
}
