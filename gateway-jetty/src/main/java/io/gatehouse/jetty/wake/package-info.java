/**
 * Waking the machines of desktops: magic packets, commands, and the port that answers when a machine is awake. Knows
 * nothing of tunnels and pages.
 */
@NullMarked
package io.gatehouse.jetty.wake;

import org.jspecify.annotations.NullMarked;
