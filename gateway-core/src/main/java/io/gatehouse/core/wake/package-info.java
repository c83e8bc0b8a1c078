/** Machines that sleep until somebody wants to use them: what wakes them, and which these are. Opens no sockets. */
@NullMarked
package io.gatehouse.core.wake;

import org.jspecify.annotations.NullMarked;
