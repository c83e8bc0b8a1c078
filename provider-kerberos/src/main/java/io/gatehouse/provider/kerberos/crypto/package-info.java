/**
 * The encryption types of Kerberos as far as an acceptor needs them: to open tickets and authenticators, to seal
 * replies, and to make checksums.
 *
 * <p>Apache Kerby derives the keys of RFC 3961; it compares checksums byte by byte and knows no RFC 8009, so the rest
 * is here on the JDK's ciphers.
 */
@NullMarked
package io.gatehouse.provider.kerberos.crypto;

import org.jspecify.annotations.NullMarked;
