package io.gatehouse.provider.header;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.header.HeaderConfig.EmailVerified;
import io.gatehouse.provider.header.HeaderConfig.Preset;
import io.gatehouse.provider.header.HeaderConfig.Signed;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the documents of a signer say about its assertions.
 *
 * @param maxAge of its assertions, so that none that it makes is too old
 */
record PresetValues(
        Optional<String> header,
        Optional<String> issuer,
        List<String> audience,
        List<String> algorithms,
        Optional<KeyAddress> keys,
        Optional<String> userClaim,
        EmailVerified emailVerified,
        Duration maxAge) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern LOAD_BALANCER = Pattern.compile(
            "arn:aws[a-z-]*:elasticloadbalancing:([a-z0-9-]+):[0-9]{12}:loadbalancer/app/[A-Za-z0-9-]+/[0-9a-f]+");

    private static final PresetValues NONE = new PresetValues(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            EmailVerified.WHEN_TOLD,
            Duration.ofHours(1));

    PresetValues {
        audience = List.copyOf(audience);
        algorithms = List.copyOf(algorithms);
    }

    /** The values of {@code config}'s preset; hardly any without one. */
    static PresetValues of(Signed config) throws ProviderException {
        belongs("team", config.team(), config.preset(), Preset.CLOUDFLARE_ACCESS);
        belongs("host", config.host(), config.preset(), Preset.POMERIUM);
        if (config.preset().isEmpty()) {
            return NONE;
        }
        return switch (config.preset().get()) {
            case CLOUDFLARE_ACCESS -> cloudflareAccess(config);
            case GOOGLE_IAP -> googleIap();
            case AWS_ALB -> awsAlb(config);
            case POMERIUM -> pomerium(config);
        };
    }

    private static void belongs(String key, Optional<String> value, Optional<Preset> preset, Preset only)
            throws ProviderException {
        if (value.isPresent() && !preset.equals(Optional.of(only))) {
            throw new ProviderException(key + " " + PrintableText.quoted(value.get()) + " belongs to another preset");
        }
    }

    /** Cloudflare's page "Validate JWTs". Its assertions live as long as a session, 24 hours unless set otherwise. */
    private static PresetValues cloudflareAccess(Signed config) throws ProviderException {
        Optional<String> site = Optional.empty();
        if (config.team().isPresent()) {
            site = Optional.of("https://"
                    + matching("team", config.team().get(), LABEL, "the team's name, as in NAME.cloudflareaccess.com")
                    + ".cloudflareaccess.com");
        } else if (config.issuer().isEmpty() || config.keys().isEmpty()) {
            throw new ProviderException("team is missing (expected the team's name, as in NAME.cloudflareaccess.com)");
        }
        return new PresetValues(
                Optional.of("Cf-Access-Jwt-Assertion"),
                site,
                List.of(),
                List.of("RS256"),
                site.isPresent() ? Optional.of(KeyAddress.set(site.get() + "/cdn-cgi/access/certs")) : Optional.empty(),
                Optional.of("email"),
                EmailVerified.WHEN_TOLD,
                Duration.ofHours(24));
    }

    /** Google's page "Securing your app with signed headers": assertions live for at most ten minutes. */
    private static PresetValues googleIap() throws ProviderException {
        return new PresetValues(
                Optional.of("X-Goog-Iap-Jwt-Assertion"),
                Optional.of("https://cloud.google.com/iap"),
                List.of(),
                List.of("ES256"),
                Optional.of(KeyAddress.set("https://www.gstatic.com/iap/verify/public_key-jwk")),
                Optional.of("email"),
                EmailVerified.WHEN_TOLD,
                Duration.ofMinutes(10));
    }

    /**
     * Amazon's page "Authenticate users using an Application Load Balancer": keys by id, and a signer to be checked.
     */
    private static PresetValues awsAlb(Signed config) throws ProviderException {
        if (config.signers().isEmpty()) {
            throw new ProviderException(
                    "signers is missing (expected the load balancer's ARN: all load balancers of a region share keys)");
        }
        Set<String> regions = new HashSet<>();
        for (String signer : config.signers()) {
            Matcher arn = LOAD_BALANCER.matcher(signer);
            if (!arn.matches()) {
                throw new ProviderException("signers: " + PrintableText.quoted(signer)
                        + " (expected arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID)");
            }
            regions.add(arn.group(1));
        }
        return new PresetValues(
                Optional.of("X-Amzn-Oidc-Data"),
                Optional.empty(),
                List.of(),
                List.of("ES256"),
                config.keysById().isPresent() || config.keys().isPresent()
                        ? Optional.empty()
                        : Optional.of(regional(regions)),
                Optional.of("email"),
                EmailVerified.REQUIRED,
                Duration.ofMinutes(10));
    }

    private static KeyAddress regional(Set<String> regions) throws ProviderException {
        String region = regions.iterator().next();
        if (regions.size() > 1 || region.startsWith("us-gov-") || region.startsWith("cn-")) {
            throw new ProviderException(
                    "the address of the keys is not known for %s (expected keys-by-id = \"https://…/%s\")"
                            .formatted(String.join(", ", regions), KeyAddress.KEY_ID));
        }
        return KeyAddress.byId("https://public-keys.auth.elb." + region + ".amazonaws.com/" + KeyAddress.KEY_ID);
    }

    /**
     * Pomerium's page "JWT Authentication": issuer and audience are the host of the route, which serves the keys as
     * well.
     */
    private static PresetValues pomerium(Signed config) throws ProviderException {
        Optional<String> host = Optional.empty();
        if (config.host().isPresent()) {
            host = Optional.of(matching("host", config.host().get(), HOST, "the host of the route's from"));
        } else if (config.issuer().isEmpty()
                || config.audience().isEmpty()
                || config.keys().isEmpty()) {
            throw new ProviderException("host is missing (expected the host of the route's from)");
        }
        return new PresetValues(
                Optional.of("X-Pomerium-Jwt-Assertion"),
                host,
                host.stream().toList(),
                List.of("ES256"),
                host.isPresent()
                        ? Optional.of(KeyAddress.set("https://" + host.get() + "/.well-known/pomerium/jwks.json"))
                        : Optional.empty(),
                Optional.of("email"),
                EmailVerified.WHEN_TOLD,
                Duration.ofMinutes(10));
    }

    private static String matching(String key, String text, Pattern pattern, String expected) throws ProviderException {
        if (!pattern.matcher(text).matches()) {
            throw new ProviderException(key + " " + PrintableText.quoted(text) + " (expected " + expected + ")");
        }
        return text;
    }
}
