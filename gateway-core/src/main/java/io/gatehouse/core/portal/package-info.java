/** What the portal knows and decides, without HTTP: desktops, sessions, and the files that users get. */
@NullMarked
package io.gatehouse.core.portal;

import org.jspecify.annotations.NullMarked;
