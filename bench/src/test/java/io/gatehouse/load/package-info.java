/**
 * Load, soak and fault tests against the program itself in a process of its own: {@code ./test --load} and
 * {@code ./test --soak}.
 */
@NullMarked
package io.gatehouse.load;

import org.jspecify.annotations.NullMarked;
