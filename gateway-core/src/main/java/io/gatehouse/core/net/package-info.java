/** Addresses, names of hosts, blocks and ports, each in one spelling; and what counts as one source of requests. */
@NullMarked
package io.gatehouse.core.net;

import org.jspecify.annotations.NullMarked;
