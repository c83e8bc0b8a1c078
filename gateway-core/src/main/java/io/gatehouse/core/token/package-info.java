/**
 * PAA tokens (MS-TSGU's pluggable authentication and authorization): minted where a user signed in, carried by the
 * {@code .rdp} file, shown to the gateway inside the tunnel.
 */
@NullMarked
package io.gatehouse.core.token;

import org.jspecify.annotations.NullMarked;
