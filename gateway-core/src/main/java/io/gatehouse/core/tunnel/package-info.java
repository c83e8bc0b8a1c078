/** The behaviour of a tunnel without I/O: states, events and effects (MS-TSGU 3.3). */
@NullMarked
package io.gatehouse.core.tunnel;

import org.jspecify.annotations.NullMarked;
