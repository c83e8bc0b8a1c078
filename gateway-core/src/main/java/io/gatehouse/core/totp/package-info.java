/** One-time codes (RFC 6238) as second factor at the portal: keys, recovery codes, tickets, and their file. */
@NullMarked
package io.gatehouse.core.totp;

import org.jspecify.annotations.NullMarked;
