package io.gatehouse.testkit.identity;

import java.net.URI;

/**
 * What a relying party knows after it was registered.
 *
 * @param issuer where it finds {@code /.well-known/openid-configuration}
 */
public record KeycloakClient(URI issuer, String id, String secret) {}
