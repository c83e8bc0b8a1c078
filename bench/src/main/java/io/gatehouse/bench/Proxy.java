package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** One of those that are compared. */
interface Proxy extends Closeable {
    /** For the report. */
    String name();

    /** Whose processor time and memory count; empty when it runs elsewhere. */
    Optional<ServerProcess> process();

    /** Whether it can be reached that way. */
    boolean offers(Way way);

    /** How it is reached where that is not what is measured. */
    Way usual(Transport transport);

    /** Opens a new link through it to a {@link LoadTarget}, whose address is {@code port} on 127.0.0.1. */
    Link open(Way way, int port) throws IOException;

    /** Handshakes of clients so far in which the certificate was shown, so that nothing was resumed. */
    int fullHandshakes();

    /** Processor seconds so far; NaN when nobody knows. */
    default double processorSeconds() throws IOException {
        return process().isPresent() ? process().get().processorSeconds() : Double.NaN;
    }
}
