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
     * @param user the header with the user's name: {@code alice}, {@code CORP\alice} or {@code alice@example.com}
     * @param groups the header with the groups, which are groups of the user's domain (<a
     *     href="rules.md#how-rules-name-groups">rules</a>). Empty names are left out
     * @param separator the text between groups; spaces around it do not count
     * @param requireGroups users without the header of groups are refused. With {@code false} they have no groups
     * @param email the header with the e-mail address, by which rules may name the user. Only if the proxy has verified
     *     it
     * @param domains the domains whose users may sign in. Users without a domain belong to the first
     * @param localUsers users without a domain are accounts without a domain, as those of the account file
     * @param proof {@code [auth.header.plain.proof]}, {@code { header = "X-Proxy-Secret", secret = { file =
     *     "proxy-secret" } }}: a secret of 16 bytes or more that the proxy sends as well
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
     * @param preset the vendor, whose <a href="auth-header.md#signed-assertions">documents</a> give the keys that are
     *     not set
     * @param team the team's name at Cloudflare
     * @param host the host of the route's {@code from} at Pomerium
     * @param header the header with the assertion. Default: that of the preset.
     * @param issuer the issuer, exactly as the assertion names it. Default: that of the preset.
     * @param audience a list; the assertion must be for one of them. Default: that of the preset.
     * @param algorithms signatures that are accepted. Default: those of the preset.
     * @param keys address of a JWK set. https, or http on this machine. Default: that of the preset.
     * @param keysById address of single keys in PEM, with {@code {kid}} at its end. Default: that of the preset.
     * @param signers ARNs of the load balancers. All load balancers of a region share keys: only the ARN says which is
     *     yours. The region comes from it
     * @param userClaim the claim with the user's name, a path with dots ({@code gcip.email}). Default: that of the
     *     preset.
     * @param groupsClaim the claim with the groups, a path with dots: a list of names, or one. Without it, users have
     *     no groups
     * @param requireGroups users without that claim are refused. With {@code false} they have no groups
     * @param emailVerified when the user's name is the claim {@code email}, also inside another claim: with {@code
     *     when-told} it is refused when {@code email_verified} beside it is not true; with {@code required} also when
     *     that is missing. Default: that of the preset, or {@code "when-told"}.
     * @param maxAge an older assertion is refused, whatever its own expiry. Default: that of the preset, or {@code
     *     "1h"}.
     * @param clockSkew how far the signer's clock may be off, at most {@code 5m}
     * @param domains the domains whose users may sign in. Users without a domain belong to the first
     * @param localUsers users without a domain are accounts without a domain, as those of the account file
     * @param fromAnywhere accepts assertions from others than trusted proxies too
     * @param ca PEM: the authorities that the server of the keys is checked against. Default: those of the Java
     *     runtime.
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
