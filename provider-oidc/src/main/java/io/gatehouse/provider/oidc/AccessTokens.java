package io.gatehouse.provider.oidc;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * RFC 9068 and its forerunners: judges access tokens that clients bring to the gateway. Safe for use by many threads.
 */
final class AccessTokens {
    private static final String ACCESS_TOKEN = "at+jwt";

    private final SignedTokens signed;
    private final OidcConfig.Bearer config;

    AccessTokens(SignedTokens signed, OidcConfig.Bearer config) {
        this.signed = signed;
        this.config = config;
    }

    /** Believes an access token, or not. */
    Claims verify(SignedJWT token, SigningKeys keys) throws RejectedException, UnavailableException {
        Set<String> types = config.requireTyp() ? Set.of(ACCESS_TOKEN) : Set.of(ACCESS_TOKEN, "jwt", "");
        Claims claims = signed.verify(token, Set.copyOf(config.audience()), types, keys);
        claims.subject();
        requireAccessToken(claims);
        requireClient(claims);
        requireScopes(claims);
        return claims;
    }

    /** Where the header does not tell kinds of tokens apart, what only the others have does. */
    private static void requireAccessToken(Claims claims) throws RejectedException {
        for (String foreign : List.of("nonce", "at_hash", "c_hash", "events")) {
            if (claims.set().getClaim(foreign) != null) {
                throw new RejectedException(
                        Reason.REFUSED, "a token with the claim %s is no access token".formatted(foreign));
            }
        }
        // Keycloak's own marker of kinds.
        if (claims.set().getClaim("typ") instanceof String kind
                && Set.of("ID", "Refresh", "Offline", "Logout").contains(kind)) {
            throw new RejectedException(Reason.REFUSED, "a token of typ %s is no access token".formatted(kind));
        }
        if (claims.set().getClaim("cnf") != null) {
            throw new RejectedException(
                    Reason.REFUSED, "the token is bound to a key of its client (cnf), which Bearer cannot prove");
        }
    }

    private void requireClient(Claims claims) throws RejectedException {
        if (config.clients().isEmpty()) {
            return;
        }
        String client = Optional.ofNullable(claims.set().getClaim("client_id"))
                .or(() -> Optional.ofNullable(claims.set().getClaim("azp")))
                .or(() -> Optional.ofNullable(claims.set().getClaim("appid")))
                .map(String::valueOf)
                .orElse("");
        if (!config.clients().contains(client)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the token was made for the client %s (expected one of clients)"
                            .formatted(PrintableText.quoted(client)));
        }
    }

    private void requireScopes(Claims claims) throws RejectedException {
        Object scope = Optional.ofNullable(claims.set().getClaim("scope"))
                .or(() -> Optional.ofNullable(claims.set().getClaim("scp")))
                .orElse("");
        List<String> granted = scope instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : Arrays.asList(String.valueOf(scope).split(" ", -1));
        for (String needed : config.scopes()) {
            if (!granted.contains(needed)) {
                throw new RejectedException(
                        Reason.REFUSED, "the token lacks the scope %s".formatted(PrintableText.quoted(needed)));
            }
        }
    }
}
