/**
 * Jetty hosts the MS-TSGU transports; Guice wires.
 *
 * <p>{@link io.gatehouse.jetty.Gateway} is the way in. {@code RdgHandler} routes the RDG verbs and signs clients in,
 * {@code WebSocketLink} and {@code DualChannel} are the two transports, {@code TunnelDriver} is the one place where the
 * effects of the tunnel machine meet sockets, timers and threads.
 */
@NullMarked
package io.gatehouse.jetty;

import org.jspecify.annotations.NullMarked;
