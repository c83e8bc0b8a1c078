/** Device tickets: makes them, keeps them over a restart, and ends what is open by those that are revoked. */
@NullMarked
package io.gatehouse.jetty.ticket;

import org.jspecify.annotations.NullMarked;
