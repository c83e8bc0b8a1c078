/** The command line, the self-signed certificate and the demo. */
@NullMarked
package io.gatehouse.dist;

import org.jspecify.annotations.NullMarked;
