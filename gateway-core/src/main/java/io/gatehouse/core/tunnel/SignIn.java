package io.gatehouse.core.tunnel;

import io.gatehouse.api.Identity;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;

/** How far the HTTP level came with signing the client in before the tunnel began (MS-TSGU 3.3.5.1). */
public sealed interface SignIn {

    /** HTTP authentication is complete; the handshake must not ask for another. */
    record ByHttp(Identity identity) implements SignIn {}

    /** The client announced {@code scheme} and is anonymous until the tunnel carries its proof. */
    record InTunnel(ExtendedAuthScheme scheme) implements SignIn {}
}
