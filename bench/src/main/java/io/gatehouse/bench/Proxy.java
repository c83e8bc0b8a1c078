package io.gatehouse.bench;

import java.io.IOException;

/**
 * One of those that are compared.
 *
 * @param name for the report
 * @param processId whose CPU time is counted
 * @param connector opens a new link through it
 */
record Proxy(String name, long processId, Connector connector) {
    /** Opens a link through the proxy. */
    interface Connector {
        Link open() throws IOException;
    }
}
