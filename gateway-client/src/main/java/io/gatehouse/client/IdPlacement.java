package io.gatehouse.client;

/** Where the connection id, the correlation id and the extended authentication scheme stand. */
public enum IdPlacement {
    /** {@code RDG-Connection-Id}, {@code RDG-Correlation-Id}, {@code RDG-Auth-Scheme}. */
    HEADERS,
    /** {@code ConId}, {@code CorId}, {@code AuthS} (MS-TSGU 2.2.3.3). */
    QUERY
}
