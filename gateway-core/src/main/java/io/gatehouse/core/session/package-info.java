/** Who is connected: open sessions, and how lists of them are filtered, sorted and cut into pages. */
@NullMarked
package io.gatehouse.core.session;

import org.jspecify.annotations.NullMarked;
