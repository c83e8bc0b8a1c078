/** The gateway's own path (MS-TSGU 2.2.3): signs clients in over HTTP and hands their connections to a transport. */
@NullMarked
package io.gatehouse.jetty.rdg;

import org.jspecify.annotations.NullMarked;
