/** Measures what relaying through a gateway costs, beside a proxy that only terminates TLS. */
@NullMarked
package io.gatehouse.bench;

import org.jspecify.annotations.NullMarked;
