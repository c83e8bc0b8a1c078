/** How much one source, or all together, may take of what strangers can reach. */
@NullMarked
package io.gatehouse.core.limits;

import org.jspecify.annotations.NullMarked;
