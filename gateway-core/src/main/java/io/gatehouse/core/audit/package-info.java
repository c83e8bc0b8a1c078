/** What happened, for those who must answer for it: one sealed event type, one JSON line each. */
@NullMarked
package io.gatehouse.core.audit;

import org.jspecify.annotations.NullMarked;
