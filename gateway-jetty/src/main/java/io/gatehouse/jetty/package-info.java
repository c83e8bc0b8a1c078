/**
 * The server. {@link io.gatehouse.jetty.Gateway} is the way in: it starts and stops everything, and
 * {@code GatewayModule} fits the rooms together, which are the packages below this one. ARCHITECTURE.md says what each
 * is for and which others it may know.
 */
@NullMarked
package io.gatehouse.jetty;

import org.jspecify.annotations.NullMarked;
