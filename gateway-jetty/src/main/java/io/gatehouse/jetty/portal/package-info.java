/** The portal: web pages on which users sign in, see their desktops and get files with tokens. */
@NullMarked
package io.gatehouse.jetty.portal;

import org.jspecify.annotations.NullMarked;
