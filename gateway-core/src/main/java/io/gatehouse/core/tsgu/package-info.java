/**
 * The wire format of MS-TSGU over HTTP (2.2.10): one record a packet, a pure codec, no I/O.
 *
 * <p>Integers are little-endian, text is UTF-16LE with a terminating NUL when sent, and cut at the first NUL when
 * received. The only thing that hostile bytes can cause is a {@link io.gatehouse.core.tsgu.MalformedPacketException}.
 */
@NullMarked
package io.gatehouse.core.tsgu;

import org.jspecify.annotations.NullMarked;
