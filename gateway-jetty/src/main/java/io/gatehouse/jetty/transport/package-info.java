/** How packets travel: WebSocket, and two HTTP connections. Knows tunnels, and nothing of sign-in. */
@NullMarked
package io.gatehouse.jetty.transport;

import org.jspecify.annotations.NullMarked;
