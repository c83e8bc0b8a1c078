/**
 * Targets: which one a user may reach, dialling it, and reading from and writing to it. Knows nothing of tunnels and
 * clients.
 */
@NullMarked
package io.gatehouse.jetty.target;

import org.jspecify.annotations.NullMarked;
