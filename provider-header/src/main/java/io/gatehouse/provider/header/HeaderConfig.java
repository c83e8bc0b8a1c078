package io.gatehouse.provider.header;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code [auth.header]}. One of the two at least.
 *
 * @param plain {@code [auth.header.plain]}: headers that are believed because of who sends them
 * @param signed {@code [[auth.header.signed]]}: assertions that are believed because of who signed them
 */
public record HeaderConfig(
        Optional<Plain> plain, @ConfigDefault("[]") List<Signed> signed) {
    public HeaderConfig {
        signed = List.copyOf(signed);
    }

    /**
     * {@code [auth.header.plain]}.
     *
     * @param user the header with the user's name
     * @param groups the header with the groups; no groups when absent
     * @param separator between groups
     * @param requireGroups whether users whose groups the proxy does not tell are refused
     * @param email the header with an e-mail address that the proxy has verified
     * @param domains the domains whose users may sign in; users without a domain belong to the first
     * @param localUsers whether users without a domain are accounts of the gateway's own
     * @param proof {@code [auth.header.plain.proof]}: a secret that the proxy sends as well
     */
    public record Plain(
            String user,
            Optional<String> groups,
            @ConfigDefault(",") String separator,
            @ConfigDefault("true") boolean requireGroups,
            Optional<String> email,
            @ConfigDefault("[]") List<String> domains,
            @ConfigDefault("false") boolean localUsers,
            Optional<Proof> proof) {
        public Plain {
            domains = List.copyOf(domains);
        }
    }

    /**
     * {@code [auth.header.plain.proof]}.
     *
     * @param header where the proxy sends it
     * @param secret what it is
     */
    public record Proof(String header, Secret secret) {}

    /**
     * {@code [[auth.header.signed]]}: an assertion and who signs it. What is absent comes from the preset.
     *
     * @param preset whose documents say what the rest is
     * @param team the team's name at Cloudflare
     * @param host the route's host at Pomerium
     * @param header where the assertion stands
     * @param issuer who made it, exactly as it says
     * @param audience for whom it may be made
     * @param algorithms signatures that are accepted
     * @param keys the address of the signer's keys, a JWK set
     * @param keysById the address of one key in PEM, with {@code {kid}} where its id belongs
     * @param signers load balancers (ARN) that may have signed it, one of which its header must name
     * @param userClaim the claim with the user's name, a path with dots
     * @param groupsClaim the claim with the groups, a path with dots; no groups when absent
     * @param requireGroups whether users without that claim are refused
     * @param emailVerified what must be said about an e-mail address that is the user's name
     * @param maxAge the greatest age of an assertion, whatever its own expiry says
     * @param clockSkew how far the signer's clock may be off
     * @param domains the domains whose users may sign in; users without a domain belong to the first
     * @param localUsers whether users without a domain are accounts of the gateway's own
     * @param fromAnywhere whether it may come from others than trusted proxies
     * @param ca PEM file of the authorities that the keys' server is checked against; those of the Java runtime when
     *     absent
     * @param timeout for fetching keys
     */
    public record Signed(
            Optional<Preset> preset,
            Optional<String> team,
            Optional<String> host,
            Optional<String> header,
            Optional<String> issuer,
            @ConfigDefault("[]") List<String> audience,
            @ConfigDefault("[]") List<String> algorithms,
            Optional<String> keys,
            Optional<String> keysById,
            @ConfigDefault("[]") List<String> signers,
            Optional<String> userClaim,
            Optional<String> groupsClaim,
            @ConfigDefault("true") boolean requireGroups,
            Optional<EmailVerified> emailVerified,
            Optional<Duration> maxAge,
            @ConfigDefault("30s") Duration clockSkew,
            @ConfigDefault("[]") List<String> domains,
            @ConfigDefault("false") boolean localUsers,
            @ConfigDefault("false") boolean fromAnywhere,
            Optional<Path> ca,
            @ConfigDefault("5s") Duration timeout) {
        public Signed {
            audience = List.copyOf(audience);
            algorithms = List.copyOf(algorithms);
            signers = List.copyOf(signers);
            domains = List.copyOf(domains);
        }
    }

    /** What must be said about an e-mail address that is the user's name. */
    public enum EmailVerified {
        /** {@code email_verified} must be true where it is there. */
        WHEN_TOLD,
        /** {@code email_verified} must be there, and true. */
        REQUIRED
    }

    /** The vendors whose signed assertions are known from their documentation. */
    public enum Preset {
        /** Cloudflare Access. */
        CLOUDFLARE_ACCESS,
        /** Google Cloud's Identity-Aware Proxy. */
        GOOGLE_IAP,
        /** The Application Load Balancer of Amazon Web Services. */
        AWS_ALB,
        /** Pomerium. */
        POMERIUM
    }
}
