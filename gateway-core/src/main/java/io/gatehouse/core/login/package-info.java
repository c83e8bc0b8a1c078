/** Signing in: mechanisms by scheme and venue, the 401 loop, SPNEGO. */
@NullMarked
package io.gatehouse.core.login;

import org.jspecify.annotations.NullMarked;
