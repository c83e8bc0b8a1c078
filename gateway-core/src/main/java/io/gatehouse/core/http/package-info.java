/** The body of a request as HTTP/1.1 frames it (RFC 9112 sections 6 and 7), without I/O. */
@NullMarked
package io.gatehouse.core.http;

import org.jspecify.annotations.NullMarked;
