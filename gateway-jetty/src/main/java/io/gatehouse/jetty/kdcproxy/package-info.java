/** MS-KKDCP: carries messages to KDCs and their answers back. Blocks, on virtual threads of its own. */
@NullMarked
package io.gatehouse.jetty.kdcproxy;

import org.jspecify.annotations.NullMarked;
