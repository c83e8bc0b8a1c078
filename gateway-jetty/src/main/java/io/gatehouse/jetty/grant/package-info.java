/** Access to desktops for a while: puts grants into force, keeps them over a restart, and ends them. */
@NullMarked
package io.gatehouse.jetty.grant;

import org.jspecify.annotations.NullMarked;
