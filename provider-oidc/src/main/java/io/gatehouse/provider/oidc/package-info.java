/**
 * OpenID Connect sign-in: OpenID Connect Core 1.0 (code flow), Discovery 1.0, RP-Initiated and Back-Channel Logout 1.0,
 * PKCE (RFC 7636), issuer identification (RFC 9207), and access tokens of RFC 9068 for {@code Bearer}.
 *
 * <p>{@link io.gatehouse.provider.oidc.OidcProviderFactory} is found by {@link java.util.ServiceLoader}. An
 * {@code IdentityProvider} is one configured site: {@code Discovery} knows its addresses, {@code SigningKeys} its keys,
 * {@code SignedTokens} judges who signed a token, {@code IdTokens}, {@code AccessTokens} and {@code LogoutTokens} what
 * it says, and {@code ClaimIdentities} who that is.
 */
@NullMarked
package io.gatehouse.provider.oidc;

import org.jspecify.annotations.NullMarked;
