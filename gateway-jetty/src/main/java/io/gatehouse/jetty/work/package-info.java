/** Threads for what keeps a processor busy, apart from those that serve clients. */
@NullMarked
package io.gatehouse.jetty.work;

import org.jspecify.annotations.NullMarked;
