/**
 * Real desktops for tests: X displays, Debian's {@code xrdp} as target and Debian's {@code xfreerdp} as client.
 *
 * <p>Everything listens on loopback, on ports and displays chosen at run time, so several tests may run at once. Every
 * wait has a deadline. Only processes that were started here are ended, each by its own handle. What the processes
 * wrote lies in a {@link io.gatehouse.testkit.process.TestFolder}, which outlives a failed test and is named by it.
 */
@NullMarked
package io.gatehouse.testkit.desktop;

import org.jspecify.annotations.NullMarked;
