/**
 * One tunnel: feeds the machine of the core and does what it says. Knows targets and the guards of connections, but not
 * how packets travel.
 */
@NullMarked
package io.gatehouse.jetty.tunnel;

import org.jspecify.annotations.NullMarked;
