package io.gatehouse.provider.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** OpenID Connect Core 3.1.3.7: judges ID tokens. Safe for use by many threads. */
final class IdTokens {
    /** Most identity providers say {@code JWT}, some nothing. */
    private static final Set<String> TYPES = Set.of("jwt", "");

    private final SignedTokens signed;
    private final String clientId;

    IdTokens(SignedTokens signed, String clientId) {
        this.signed = signed;
        this.clientId = clientId;
    }

    /**
     * Believes an ID token, or not.
     *
     * @param nonce what this sign-in began with
     * @param accessToken what came with it
     */
    Claims verify(String text, String nonce, Optional<String> accessToken, SigningKeys keys)
            throws RejectedException, UnavailableException {
        SignedJWT token = SignedTokens.parse(text);
        Claims claims = signed.verify(token, Set.of(clientId), TYPES, keys);
        claims.subject();
        requireParty(claims);
        requireNonce(claims, nonce);
        requireHash(claims, token.getHeader().getAlgorithm(), accessToken);
        return claims;
    }

    /** A token for several audiences must say for whom it was made; one that says so must say us. */
    private void requireParty(Claims claims) throws RejectedException {
        Optional<Object> party = Optional.ofNullable(claims.set().getClaim("azp"));
        List<String> audience = claims.set().getAudience();
        if (party.isEmpty() ? audience.size() > 1 : !party.get().equals(clientId)) {
            throw RejectedException.notForUs("azp", party.map(String::valueOf).orElse(""), Set.of(clientId));
        }
    }

    private static void requireNonce(Claims claims, String nonce) throws RejectedException {
        String found = claims.set().getClaim("nonce") instanceof String text ? text : "";
        if (!isSame(found, nonce)) {
            throw new RejectedException(Reason.REFUSED, "the token's nonce is not the one of this sign-in");
        }
    }

    private static void requireHash(Claims claims, JWSAlgorithm algorithm, Optional<String> accessToken)
            throws RejectedException {
        Object hash = claims.set().getClaim("at_hash");
        if (hash == null) {
            return;
        }
        boolean right = accessToken
                .map(BearerAccessToken::new)
                .map(token -> AccessTokenHash.compute(token, algorithm, null))
                .filter(expected -> isSame(expected.getValue(), String.valueOf(hash)))
                .isPresent();
        if (!right) {
            throw new RejectedException(Reason.REFUSED, "the token's at_hash is not that of the access token");
        }
    }

    static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
