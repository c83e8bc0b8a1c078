/** Where audit lines are kept, and what the log tells of them. Knows no other room but {@code startup}. */
@NullMarked
package io.gatehouse.jetty.audit;

import org.jspecify.annotations.NullMarked;
