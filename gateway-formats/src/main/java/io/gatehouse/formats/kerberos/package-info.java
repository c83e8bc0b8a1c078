/** Types of RFC 4120 that the KDC proxy and the acceptor of tickets read and write. */
@NullMarked
package io.gatehouse.formats.kerberos;

import org.jspecify.annotations.NullMarked;
