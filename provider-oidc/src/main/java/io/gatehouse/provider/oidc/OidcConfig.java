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
     * @param id names it in the portal's URLs, metrics and logs
     * @param label what stands on its button; the id when absent
     * @param issuer its identifier, exactly as its tokens have it
     * @param clientId the gateway's name there
     * @param clientSecret the gateway's password there
     * @param clientAuthentication how the password is sent
     * @param clientKey PEM file with a private key (PKCS #8) that takes the place of the password
     *     ({@code private_key_jwt})
     * @param scopes what is asked for
     * @param userClaim the claim with the user's name
     * @param groupsClaim the claim with the groups, a path with dots; no groups when absent
     * @param groupsOptional whether a token without that claim is one of somebody in no group; it is refused otherwise
     * @param userinfo whether claims that the ID token lacks are fetched from the userinfo endpoint
     * @param domains the domains whose users it may sign in; users without a domain belong to the first
     * @param localUsers whether users without a domain are accounts of the gateway's own
     * @param require claims that tokens must have
     * @param acrValues authentication contexts, of which sign-in must have reached one
     * @param multiFactorAmr values of {@code amr}, each of which means more than one factor
     * @param multiFactorAcr values of {@code acr}, each of which means more than one factor
     * @param algorithms signatures that are accepted
     * @param ca PEM file of the authorities that its certificate is checked against; those of the Java runtime when
     *     absent
     * @param timeout for one request to it
     * @param clockSkew how far its clock may be off
     * @param bearer {@code [auth.oidc.provider.bearer]}: its access tokens at the gateway; refused when absent
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
     * @param audience of which one must be among those of the token
     * @param clients the clients that may have asked for it ({@code azp} or {@code client_id}); all when empty
     * @param scopes that it must have, all of them
     * @param requireTyp whether its type must be {@code at+jwt} (RFC 9068)
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
