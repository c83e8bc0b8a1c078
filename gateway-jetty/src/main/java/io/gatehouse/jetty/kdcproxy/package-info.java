/**
 * MS-KKDCP: carries messages to KDCs and their answers back. Blocks, on virtual
 * threads of its own. Knows the gate that requests pass, and names in DNS.
 */
@NullMarked
package io.gatehouse.jetty.kdcproxy;

import org.jspecify.annotations.NullMarked;
