package io.gatehouse.provider.oidc;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says who somebody is from the claims of a token that is believed already. Immutable. */
final class IdentityMapper {
    private static final int LONGEST_NAME = 256;
    private static final int MOST_GROUPS = 2000;
    private static final String EMAIL = "email";
    private static final String EMAIL_VERIFIED = "email_verified";
    /** Names of distributed claims (OpenID Connect Core 5.6.2). */
    private static final String CLAIM_NAMES = "_claim_names";

    private final OidcConfig.Provider config;
    private final Domains domains;

    IdentityMapper(OidcConfig.Provider config, Domains domains) {
        this.config = config;
        this.domains = domains;
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
        Name name = name(claims);
        return new Identity(
                OidcProviderFactory.NAME,
                method,
                name.user(),
                name.domain(),
                name.upn(),
                groups,
                Set.of(),
                proofs(claims));
    }

    private record Name(String user, Optional<String> domain, Optional<String> upn) {}

    private Name name(Claims claims) throws RejectedException {
        String claim = config.userClaim();
        String text = claims.text(claim).orElseThrow(() -> claims.missing(claim));
        if (claim.equals(EMAIL) && !claims.isTrue(EMAIL_VERIFIED)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the identity provider does not say that the e-mail address is verified (email_verified)");
        }
        if (!isName(text)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "user name %s in the claim %s (expected 1 to %d printable characters)"
                            .formatted(Texts.quoted(text), Texts.quoted(claim), LONGEST_NAME));
        }
        int at = text.lastIndexOf('@');
        int backslash = text.indexOf('\\');
        if (backslash >= 0) {
            return qualified(text, text.substring(backslash + 1), text.substring(0, backslash), Optional.empty());
        }
        return at >= 0
                ? qualified(text, text.substring(0, at), text.substring(at + 1), Optional.of(text))
                : new Name(text, ownDomain(text), Optional.empty());
    }

    private Name qualified(String text, String user, String domain, Optional<String> upn) throws RejectedException {
        if (user.isBlank() || user.indexOf('@') >= 0 || user.indexOf('\\') >= 0) {
            throw new RejectedException(
                    Reason.REFUSED, "user name %s (expected one name and one domain)".formatted(Texts.quoted(text)));
        }
        for (String accepted : config.domains()) {
            Optional<Domain> known = domains.find(accepted);
            if (accepted.equalsIgnoreCase(domain)
                    || known.filter(each -> each.isNamed(domain)).isPresent()) {
                return new Name(user, Optional.of(known.map(Domain::name).orElse(accepted)), upn);
            }
        }
        throw new RejectedException(
                Reason.REFUSED,
                "user %s is of the domain %s (expected one of domains: %s)"
                        .formatted(
                                Texts.quoted(text),
                                Texts.quoted(domain),
                                config.domains().isEmpty() ? "none" : String.join(", ", config.domains())));
    }

    /** Of somebody whose name has no domain. */
    private Optional<String> ownDomain(String text) throws RejectedException {
        if (config.localUsers()) {
            return Optional.empty();
        }
        if (config.domains().isEmpty()) {
            throw new RejectedException(
                    Reason.REFUSED, "user %s has no domain, and local-users is not set".formatted(Texts.quoted(text)));
        }
        return Optional.of(domains.canonical(config.domains().getFirst()));
    }

    private static boolean isName(String text) {
        return !text.isBlank()
                && text.equals(text.strip())
                && text.length() <= LONGEST_NAME
                && text.codePoints().allMatch(Texts::isPrintable);
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
                            .formatted(Texts.quoted(path)));
        }
        if (claims.at(path).isEmpty()) {
            if (config.groupsOptional()) {
                return Set.of();
            }
            throw claims.missing(path);
        }
        List<String> groups = claims.texts(path)
                .orElseThrow(() -> new RejectedException(
                        Reason.REFUSED, "the claim %s is no list of names".formatted(Texts.quoted(path))));
        if (groups.size() > MOST_GROUPS) {
            throw new RejectedException(
                    Reason.REFUSED, "%d groups (expected at most %d)".formatted(groups.size(), MOST_GROUPS));
        }
        for (String group : groups) {
            if (!isName(group)) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "group %s (expected 1 to %d printable characters)"
                                .formatted(Texts.quoted(group), LONGEST_NAME));
            }
        }
        return new HashSet<>(groups);
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
                        "the claim %s is not what is required".formatted(Texts.quoted(required.claim())));
            }
        }
    }

    private void requireContext(Claims claims) throws RejectedException {
        if (config.acrValues().isEmpty()) {
            return;
        }
        String context = claims.text("acr").orElseThrow(() -> claims.missing("acr"));
        if (!config.acrValues().contains(context)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "acr %s (expected one of %s)"
                            .formatted(Texts.quoted(context), String.join(", ", config.acrValues())));
        }
    }

    private Set<Proof> proofs(Claims claims) {
        boolean factors = claims.texts("amr").orElse(List.of()).stream().anyMatch(config.multiFactorAmr()::contains)
                || claims.text("acr").filter(config.multiFactorAcr()::contains).isPresent();
        return factors ? Set.of(Proof.MULTI_FACTOR) : Set.of();
    }
}
