/** Signing in: mechanisms by scheme and venue, the 401 loop, SPNEGO, the guess budget. */
@NullMarked
package io.gatehouse.core.login;

import org.jspecify.annotations.NullMarked;
