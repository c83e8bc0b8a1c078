package io.gatehouse.provider.oidc;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Checks what the types of {@code [[auth.oidc.provider]]} cannot say. */
final class ConfigChecks {
    private static final String ID = "[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?";
    private static final int LONGEST_LABEL = 80;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_SKEW = Duration.ofMinutes(5);

    private ConfigChecks() {}

    static void check(OidcConfig config) throws ProviderException {
        if (config.provider().isEmpty()) {
            throw new ProviderException("no [[auth.oidc.provider]] (expected at least one)");
        }
        Set<String> ids = new HashSet<>();
        Set<String> bearers = new HashSet<>();
        for (OidcConfig.Provider provider : config.provider()) {
            try {
                check(provider);
                require(ids.add(provider.id()), "the id of another provider too");
                require(
                        provider.bearer().isEmpty() || bearers.add(provider.issuer()),
                        "bearer: another provider takes access tokens of this issuer already");
            } catch (ProviderException e) {
                throw new ProviderException(
                        "provider %s: %s".formatted(PrintableText.quoted(provider.id()), e.getMessage()), e);
            }
        }
    }

    private static void check(OidcConfig.Provider provider) throws ProviderException {
        require(provider.id().matches(ID), "id (expected lower-case letters, digits and -, at most 32)");
        String label = provider.buttonLabel();
        require(
                !label.isBlank() && label.length() <= LONGEST_LABEL && PrintableText.isPrintable(label),
                "label (expected 1 to " + LONGEST_LABEL + " printable characters)");
        issuer(provider.issuer());
        require(!provider.clientId().isBlank(), "client-id is empty");
        require(provider.scopes().contains("openid"), "scopes without \"openid\"");
        require(!provider.userClaim().isBlank(), "user-claim is empty");
        require(provider.groupsClaim().stream().noneMatch(String::isBlank), "groups-claim is empty");
        require(
                isWithin(provider.timeout(), SHORTEST_TIMEOUT, LONGEST_TIMEOUT),
                "timeout %s (expected 100ms to 30s)".formatted(provider.timeout()));
        require(
                isWithin(provider.clockSkew(), Duration.ZERO, LONGEST_SKEW),
                "clock-skew %s (expected 0s to 5m)".formatted(provider.clockSkew()));
        for (OidcConfig.RequiredClaim required : provider.require()) {
            require(!required.claim().isBlank() && !required.values().isEmpty(), "require without claim or values");
        }
        if (provider.bearer().isPresent()) {
            bearer(provider.bearer().get(), provider.clientId());
        }
    }

    private static void issuer(String text) throws ProviderException {
        try {
            URI issuer = Endpoint.parse(text);
            require(issuer.getRawQuery() == null, "issuer %s has a query".formatted(PrintableText.quoted(text)));
        } catch (URISyntaxException e) {
            throw new ProviderException("issuer " + e.getMessage(), e);
        }
        require(
                !text.contains("/common/") && !text.contains("{tenantid}") && !text.contains("/organizations/"),
                "issuer %s is that of every tenant (expected the address with the id of your own tenant)"
                        .formatted(PrintableText.quoted(text)));
    }

    private static void bearer(OidcConfig.Bearer bearer, String clientId) throws ProviderException {
        require(!bearer.audience().isEmpty(), "bearer.audience is empty");
        require(
                bearer.requireTyp() || !bearer.audience().contains(clientId),
                "bearer.audience has the client-id, so that an ID token could pass for an access token"
                        + " (expected another audience, or require-typ = true)");
    }

    private static boolean isWithin(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    private static void require(boolean met, String problem) throws ProviderException {
        if (!met) {
            throw new ProviderException(problem);
        }
    }
}
