package io.gatehouse.provider.oidc;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.oidc]}.
 *
 * @param provider {@code [[auth.oidc.provider]]}, one for each identity provider
 */
public record OidcConfig(List<Provider> provider) {
    public OidcConfig {
        provider = List.copyOf(provider);
    }

    /**
     * {@code [[auth.oidc.provider]]}: an identity provider.
     *
     * @param id the name in the portal's addresses, metrics and logs: lower-case letters, digits, {@code -}
     * @param label the text of the button. Default: the id.
     * @param issuer exactly as the identity provider's tokens have it, with or without the last {@code /}. https; http
     *     for loopback only
     * @param clientId the gateway's name there
     * @param clientSecret the gateway's password there. Without it and {@code client-key}, the client is public, and
     *     PKCE alone protects the code
     * @param clientAuthentication how the secret is sent: {@code "basic"} or {@code "post"}
     * @param clientKey instead of a secret: PEM file with an RSA or P-256 key (PKCS #8), for {@code private_key_jwt}
     * @param scopes the scopes that are asked for
     * @param userClaim the user's name, a path with dots. {@code "email"} counts only with {@code email_verified}
     *     beside it, also inside another claim
     * @param groupsClaim the groups: a list, or one text. They are groups of the user's domain (<a
     *     href="rules.md#how-rules-name-groups">rules</a>). Dots go into objects ({@code realm_access.roles}). Without
     *     the key users have no groups
     * @param groupsOptional whether a token without that claim is accepted, as that of a user without groups, instead
     *     of being refused
     * @param userinfo fetch claims that the ID token lacks from the userinfo endpoint (Authelia 4.39 and newer needs
     *     it)
     * @param domains the domains whose users this identity provider may sign in, see <a
     *     href="auth-oidc.md#whose-users">whose users</a>
     * @param localUsers whether users without a domain are accounts of the gateway's own
     * @param require claims that tokens must have: {@code [{ claim = "hd", values = ["example.com"] }]}
     * @param acrValues authentication contexts to ask for, one of which must be reached
     * @param multiFactorAmr values of {@code amr} that prove more than one factor
     * @param multiFactorAcr values of {@code acr} that prove more than one factor
     * @param algorithms signatures that are accepted; also the same with 384 and 512. Never {@code none}, never {@code
     *     HS…}; EdDSA is not supported
     * @param ca PEM file of the authorities that alone may sign the identity provider's certificate. Default: those of
     *     the Java runtime.
     * @param timeout for one request to it
     * @param clockSkew how far its clock may be off, at most {@code "5m"}
     * @param bearer {@code [auth.oidc.provider.bearer]}, <a href="auth-oidc.md#access-tokens-at-the-gateway">access
     *     tokens at the gateway</a>. Without it they are refused
     */
    public record Provider(
            String id,
            Optional<String> label,
            String issuer,
            String clientId,
            Optional<Secret> clientSecret,
            @ConfigDefault("basic") ClientAuthentication clientAuthentication,
            Optional<Path> clientKey,

            @ConfigDefault("[\"openid\", \"profile\", \"email\"]")
            List<String> scopes,

            @ConfigDefault("preferred_username") String userClaim,
            Optional<String> groupsClaim,
            @ConfigDefault("false") boolean groupsOptional,
            @ConfigDefault("false") boolean userinfo,
            @ConfigDefault("[]") List<String> domains,
            @ConfigDefault("false") boolean localUsers,
            @ConfigDefault("[]") List<RequiredClaim> require,
            @ConfigDefault("[]") List<String> acrValues,
            @ConfigDefault("[]") List<String> multiFactorAmr,
            @ConfigDefault("[]") List<String> multiFactorAcr,

            @ConfigDefault("[\"RS256\", \"PS256\", \"ES256\"]")
            List<String> algorithms,

            Optional<Path> ca,
            @ConfigDefault("5s") Duration timeout,
            @ConfigDefault("30s") Duration clockSkew,
            Optional<Bearer> bearer) {
        public Provider {
            scopes = List.copyOf(scopes);
            domains = List.copyOf(domains);
            require = List.copyOf(require);
            acrValues = List.copyOf(acrValues);
            multiFactorAmr = List.copyOf(multiFactorAmr);
            multiFactorAcr = List.copyOf(multiFactorAcr);
            algorithms = List.copyOf(algorithms);
        }

        /** What stands on its button. */
        String buttonLabel() {
            return label.orElse(id);
        }
    }

    /** How the client's password is sent to the token endpoint. */
    public enum ClientAuthentication {
        /** {@code client_secret_basic}: in a header. */
        BASIC,
        /** {@code client_secret_post}: in the form. */
        POST
    }

    /**
     * A claim that tokens must have.
     *
     * @param claim its name, a path with dots
     * @param values of which it must be, or contain, one
     */
    public record RequiredClaim(String claim, List<String> values) {
        public RequiredClaim {
            values = List.copyOf(values);
        }
    }

    /**
     * {@code [auth.oidc.provider.bearer]}: which access tokens sign a client in at the gateway.
     *
     * @param audience the token's {@code aud} must have one of these. Not the {@code client-id}: then an ID token could
     *     pass for an access token
     * @param clients the clients that may have asked for the token ({@code client_id}, {@code azp} or {@code appid}).
     *     Default: all.
     * @param scopes scopes that it must have, all of them (claim {@code "scope"} or {@code "scp"})
     * @param requireTyp demand {@code typ} {@code at+jwt} (RFC 9068)
     */
    public record Bearer(
            List<String> audience,
            @ConfigDefault("[]") List<String> clients,
            @ConfigDefault("[]") List<String> scopes,
            @ConfigDefault("false") boolean requireTyp) {
        public Bearer {
            audience = List.copyOf(audience);
            clients = List.copyOf(clients);
            scopes = List.copyOf(scopes);
        }
    }
}
