package io.gatehouse.provider.header;

import com.nimbusds.jose.JWSAlgorithm;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.HeaderName;
import io.gatehouse.jwt.Signatures;
import io.gatehouse.jwt.UserNames;
import io.gatehouse.provider.header.HeaderConfig.EmailVerified;
import io.gatehouse.provider.header.HeaderConfig.Signed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of assertion must be, with the preset's values in the places that the configuration leaves open.
 *
 * @param header where it stands
 * @param issuer who made it
 * @param audience of which it must be for one
 * @param algorithms signatures that are accepted, none of them with a shared key
 * @param keys where the signer's keys are
 * @param signers of which its header must name one; any when empty
 * @param userClaim the claim with the user's name
 * @param groupsClaim the claim with the groups
 * @param requireGroups whether that claim must be there
 * @param emailVerified what must be said about an e-mail address
 * @param maxAge its greatest age
 * @param clockSkew how far the signer's clock may be off
 * @param names makes identities
 * @param fromAnywhere whether it may come from others than trusted proxies
 * @param ca authorities for the server of the keys
 * @param timeout for fetching keys
 */
record SignedSettings(
        HeaderName header,
        String issuer,
        Set<String> audience,
        Set<JWSAlgorithm> algorithms,
        KeyAddress keys,
        Set<String> signers,
        String userClaim,
        Optional<String> groupsClaim,
        boolean requireGroups,
        EmailVerified emailVerified,
        Duration maxAge,
        Duration clockSkew,
        UserNames names,
        boolean fromAnywhere,
        Optional<Path> ca,
        Duration timeout) {
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

    /**
     * Reads the table.
     *
     * @throws ProviderException with the first thing that is missing or wrong
     */
    static SignedSettings of(Signed config, ProviderContext context) throws ProviderException {
        if (!config.fromAnywhere() && !context.behindTrustedProxies()) {
            throw new ProviderException("no [[listener]] has trusted-proxies"
                    + " (expected the address of the proxy that brings the assertions, or from-anywhere = true)");
        }
        PresetValues preset = PresetValues.of(config);
        String header = required("header", config.header().or(preset::header));
        return new SignedSettings(
                HeaderName.parse("header", header),
                required("issuer", config.issuer().or(preset::issuer)),
                audience(config.audience().isEmpty() ? preset.audience() : config.audience()),
                Signatures.algorithms(config.algorithms().isEmpty() ? preset.algorithms() : config.algorithms()),
                keys(config, preset),
                Set.copyOf(config.signers()),
                required("user-claim", config.userClaim().or(preset::userClaim)),
                config.groupsClaim(),
                config.requireGroups(),
                config.emailVerified().orElse(preset.emailVerified()),
                positive("max-age", config.maxAge().orElse(preset.maxAge()), null),
                positiveOrZero("clock-skew", config.clockSkew()),
                UserNames.of(config.domains(), config.localUsers(), context.domains()),
                config.fromAnywhere(),
                config.ca(),
                positive("timeout", config.timeout(), MOST_TIMEOUT));
    }

    private static String required(String key, Optional<String> value) throws ProviderException {
        return value.filter(text -> !text.isBlank()).orElseThrow(() -> new ProviderException(key + " is missing"));
    }

    private static Set<String> audience(List<String> audience) throws ProviderException {
        if (audience.isEmpty() || audience.stream().anyMatch(String::isBlank)) {
            throw new ProviderException("audience is missing (expected for whom the assertions are made)");
        }
        return Set.copyOf(audience);
    }

    private static KeyAddress keys(Signed config, PresetValues preset) throws ProviderException {
        if (config.keys().isPresent() && config.keysById().isPresent()) {
            throw new ProviderException("keys and keys-by-id (expected one of them)");
        }
        if (config.keys().isPresent()) {
            return KeyAddress.set(config.keys().get());
        }
        if (config.keysById().isPresent()) {
            return KeyAddress.byId(config.keysById().get());
        }
        return preset.keys()
                .orElseThrow(() -> new ProviderException("keys is missing (expected the address of a JWK set)"));
    }

    private static Duration positive(String key, Duration duration, @Nullable Duration most) throws ProviderException {
        if (!duration.isPositive() || (most != null && duration.compareTo(most) > 0)) {
            throw new ProviderException("%s of %d s (expected more than 0%s)"
                    .formatted(key, duration.toSeconds(), most == null ? "" : ", at most " + most.toSeconds() + " s"));
        }
        return duration;
    }

    private static Duration positiveOrZero(String key, Duration duration) throws ProviderException {
        return duration.isZero() ? duration : positive(key, duration, MOST_SKEW);
    }
}
