package io.gatehouse.provider.oidc;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.ToldGroups;
import io.gatehouse.jwt.UserNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says who somebody is from the claims of a token that is believed already. Immutable. */
final class ClaimIdentities {
    /** Names of distributed claims (OpenID Connect Core 5.6.2). */
    private static final String CLAIM_NAMES = "_claim_names";

    private final OidcConfig.Provider config;
    private final UserNames names;
    private final ToldGroups told;

    private ClaimIdentities(OidcConfig.Provider config, UserNames names) {
        this.config = config;
        this.names = names;
        this.told = new ToldGroups("oidc " + config.id());
    }

    static ClaimIdentities of(OidcConfig.Provider config, Domains domains) throws ProviderException {
        return new ClaimIdentities(config, UserNames.of(config.domains(), config.localUsers(), domains));
    }

    /**
     * Who a token speaks of.
     *
     * @param method how they signed in
     * @throws RejectedException when a claim that the configuration asks for is missing or of the wrong kind
     */
    Identity identity(Claims claims, String method) throws RejectedException {
        requireClaims(claims);
        requireContext(claims);
        Set<String> groups = groups(claims);
        return name(claims)
                .identity(OidcProviderFactory.NAME, method, groups, proofs(claims))
                .withClaims(claims.forRules());
    }

    private UserNames.Name name(Claims claims) throws RejectedException {
        String claim = config.userClaim();
        String text = claims.requiredText(claim);
        Optional<String> verified = Claims.verifiedClaim(claim);
        if (verified.isPresent() && !claims.isTrue(verified.get())) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the identity provider does not say that the e-mail address is verified (%s)"
                            .formatted(verified.get()));
        }
        return names.parse(text);
    }

    private Set<String> groups(Claims claims) throws RejectedException {
        if (config.groupsClaim().isEmpty()) {
            return Set.of();
        }
        String path = config.groupsClaim().get();
        if (claims.at(CLAIM_NAMES)
                        .filter(names -> names instanceof Map<?, ?> map && map.containsKey(path))
                        .isPresent()
                || (claims.at(path).isEmpty() && claims.isTrue("hasgroups"))) {
            throw new RejectedException(
                    Reason.REFUSED,
                    ("the user is in more groups than the token has room for, so the identity provider left out the claim %s"
                                    + " (_claim_names): have it emit only groups assigned to the application, or app roles")
                            .formatted(PrintableText.quoted(path)));
        }
        Optional<Object> value = claims.at(path);
        if (value.isEmpty()) {
            if (config.groupsOptional()) {
                return Set.of();
            }
            throw claims.missing(path);
        }
        return told.of(path, value.get());
    }

    private void requireClaims(Claims claims) throws RejectedException {
        for (OidcConfig.RequiredClaim required : config.require()) {
            Object value = claims.at(required.claim()).orElseThrow(() -> claims.missing(required.claim()));
            boolean met = value instanceof List<?> list
                    ? list.stream().anyMatch(each -> required.values().contains(String.valueOf(each)))
                    : required.values().contains(String.valueOf(value));
            if (!met) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "the claim %s is not what is required".formatted(PrintableText.quoted(required.claim())));
            }
        }
    }

    private void requireContext(Claims claims) throws RejectedException {
        if (config.acrValues().isEmpty()) {
            return;
        }
        String context = claims.requiredText("acr");
        if (!config.acrValues().contains(context)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "acr %s (expected one of %s)"
                            .formatted(PrintableText.quoted(context), String.join(", ", config.acrValues())));
        }
    }

    private Set<Proof> proofs(Claims claims) {
        boolean factors = claims.texts("amr").orElse(List.of()).stream().anyMatch(config.multiFactorAmr()::contains)
                || claims.text("acr").filter(config.multiFactorAcr()::contains).isPresent();
        return factors ? Set.of(Proof.MULTI_FACTOR) : Set.of();
    }
}
