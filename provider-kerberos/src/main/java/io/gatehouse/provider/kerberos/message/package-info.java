/**
 * The messages of RFC 4120 that an acceptor reads and writes, and their framing in GSS tokens (RFC 4121 section 4.1).
 *
 * <p>Read and written here and not by Apache Kerby's classes: those take names for ASCII, so that {@code ü} and
 * {@code ö} are one user; lose the number of an encryption type that they do not know; default or leave out what must
 * be there; and walk past the end of a length that is not in its shortest form. Kerby stays the other party of the
 * tests. Parsing is of a fixed shape, without recursion and with every length checked;
 * {@link io.gatehouse.formats.MalformedException} is all that hostile bytes can cause.
 */
@NullMarked
package io.gatehouse.provider.kerberos.message;

import org.jspecify.annotations.NullMarked;
