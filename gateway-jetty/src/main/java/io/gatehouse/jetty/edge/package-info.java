/**
 * Where connections and requests come in: listeners, TLS, and what is decided before a handler works on a request.
 * Knows no handler, tunnel or target.
 */
@NullMarked
package io.gatehouse.jetty.edge;

import org.jspecify.annotations.NullMarked;
