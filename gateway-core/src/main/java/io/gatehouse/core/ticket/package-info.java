/**
 * Device tickets: handles in {@code .rdp} files that are good for months, and open nothing without a session at the
 * portal or an approval.
 */
@NullMarked
package io.gatehouse.core.ticket;

import org.jspecify.annotations.NullMarked;
