/**
 * The portal: web pages on which users sign in, see their desktops and get files with tokens.
 * Knows the gate that requests pass and the tunnels of its users.
 */
@NullMarked
package io.gatehouse.jetty.portal;

import org.jspecify.annotations.NullMarked;
