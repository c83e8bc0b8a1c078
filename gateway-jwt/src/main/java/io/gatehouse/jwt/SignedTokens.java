package io.gatehouse.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7519 and RFC 8725: who signed a token, for whom, and whether it is alive. Every kind of token goes through here.
 * Safe for use by many threads.
 */
public final class SignedTokens {
    /** The longest token that is looked at, in characters. */
    public static final int LONGEST = 32 * 1024;

    private final String issuer;
    private final Set<JWSAlgorithm> algorithms;
    private final Skew clocks;

    /**
     * Tokens of one maker.
     *
     * @param issuer the value that {@code iss} must have
     * @param algorithms the signatures that are accepted
     */
    public SignedTokens(String issuer, Set<JWSAlgorithm> algorithms, Skew clocks) {
        this.issuer = issuer;
        this.algorithms = Set.copyOf(algorithms);
        this.clocks = clocks;
    }

    /**
     * Reads a token without believing it.
     *
     * @throws RejectedException when it is no signed JWT
     */
    public static SignedJWT parse(String text) throws RejectedException {
        return Signatures.parse(text, LONGEST);
    }

    /**
     * Believes a token, or not.
     *
     * @param audience of which it must be for one
     * @param types the values that its header's {@code typ} may have, lower case, without {@code application/}; empty
     *     text if it may be absent
     */
    public Claims verify(SignedJWT token, Set<String> audience, Set<String> types, SigningKeys keys)
            throws RejectedException, UnavailableException {
        Signatures.requireForm(token.getHeader(), algorithms, types);
        Claims claims = Claims.of(token);
        // Cheap, and before keys are fetched for a token that was never meant for us.
        requireIssuer(claims);
        Signatures.requireSignature(token, keys, Reason.NOT_FOR_US);
        requireAudience(claims, audience);
        requireAlive(claims.set());
        return claims;
    }

    private void requireIssuer(Claims claims) throws RejectedException {
        String found = Optional.ofNullable(claims.set().getIssuer()).orElse("");
        if (!found.equals(issuer)) {
            throw RejectedException.notForUs("iss", found, Set.of(issuer));
        }
    }

    private static void requireAudience(Claims claims, Set<String> expected) throws RejectedException {
        List<String> audience = claims.set().getAudience();
        if (audience.stream().noneMatch(expected::contains)) {
            throw RejectedException.notForUs("aud", String.join(" ", audience), expected);
        }
    }

    private void requireAlive(JWTClaimsSet claims) throws RejectedException {
        Instant expires = time("exp", claims.getExpirationTime());
        if (clocks.hasExpired(expires)) {
            throw new RejectedException(Reason.EXPIRED, "the token expired " + clocks.distance(expires) + " ago");
        }
        Date begins = claims.getNotBeforeTime();
        if (begins != null && clocks.isFuture(begins.toInstant())) {
            throw new RejectedException(
                    Reason.REFUSED, "the token is valid only in " + clocks.distance(begins.toInstant()) + " (nbf)");
        }
        Instant issued = time("iat", claims.getIssueTime());
        if (clocks.isFuture(issued)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "the token is made " + clocks.distance(issued) + " from now (iat): compare the clocks");
        }
    }

    private static Instant time(String claim, @Nullable Date date) throws RejectedException {
        if (date == null) {
            throw new RejectedException(Reason.MALFORMED, "the token has no " + claim);
        }
        return date.toInstant();
    }
}
