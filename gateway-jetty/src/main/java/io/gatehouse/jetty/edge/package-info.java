/** Where connections come in: listeners, TLS and what a connection may cost before it carries anything. */
@NullMarked
package io.gatehouse.jetty.edge;

import org.jspecify.annotations.NullMarked;
