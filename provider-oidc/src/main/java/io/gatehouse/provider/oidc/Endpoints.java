package io.gatehouse.provider.oidc;

import java.net.URI;
import java.util.Optional;

/**
 * Where an identity provider does what, from its discovery document; each address is https, or on this machine.
 *
 * @param authorization where browsers sign in
 * @param token where codes become tokens
 * @param keys its key set
 * @param userinfo where claims are told to whoever has an access token
 * @param endSession where browsers sign out
 * @param namesItself whether its answers to browsers name the issuer (RFC 9207)
 */
record Endpoints(
        URI authorization,
        URI token,
        URI keys,
        Optional<URI> userinfo,
        Optional<URI> endSession,
        boolean namesItself) {}
