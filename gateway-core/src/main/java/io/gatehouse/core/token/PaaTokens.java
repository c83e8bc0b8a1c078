package io.gatehouse.core.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.core.text.Parsed;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Mints and verifies PAA tokens: signed JWTs (RFC 7519, RFC 8725) of a type of their own, for one gateway. Whether a
 * token was used before is the business of {@link PaaLedger}. Safe for use by many threads.
 */
public final class PaaTokens {
    /** Larger than any token that {@link #mint} makes, and what {@code .rdp} files are known to carry. */
    public static final int LONGEST_TOKEN = 8 * 1024;

    static final String ISSUER = "gatehouse";
    static final JOSEObjectType TYPE = new JOSEObjectType("gatehouse-paa+jwt");

    /** How far another node's clock may be ahead. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final Set<String> HEADER = Set.of("alg", "typ", "kid");

    private final Supplier<PaaKeys> keys;
    private final String gateway;
    private final Clock clock;

    /**
     * Tokens of one gateway.
     *
     * @param keys the present keys; asked each time, since they are rotated
     * @param gateway the name of the gateway, the tokens' audience
     */
    public PaaTokens(Supplier<PaaKeys> keys, String gateway, Clock clock) {
        this.keys = keys;
        this.gateway = gateway;
        this.clock = clock;
    }

    /** The text of {@code token}. */
    public String mint(PaaToken token) {
        PaaKeys present = keys.get();
        JWSHeader header = new JWSHeader.Builder(present.signingAlgorithm())
                .type(TYPE)
                .keyID(present.signingId())
                .build();
        SignedJWT jwt = new SignedJWT(header, PaaClaims.write(token, ISSUER, gateway));
        try {
            jwt.sign(present.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was checked does not sign", e);
        }
        String text = jwt.serialize();
        if (text.length() > LONGEST_TOKEN) {
            throw new IllegalArgumentException(
                    "token of " + text.length() + " characters (expected at most " + LONGEST_TOKEN + ")");
        }
        return text;
    }

    /**
     * What a text says, once it is sure that one of our keys signed it for this gateway. It may have expired: a session
     * that is alive may come back with an old token.
     */
    public Parsed<PaaToken> verify(String text) {
        if (text.length() > LONGEST_TOKEN) {
            return Parsed.faulty(
                    "token of %d characters (expected at most %d)".formatted(text.length(), LONGEST_TOKEN));
        }
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            Optional<String> problem = problemOf(jwt);
            if (problem.isPresent()) {
                return Parsed.faulty(problem.get());
            }
            return claims(jwt.getJWTClaimsSet());
        } catch (ParseException | JOSEException | RuntimeException _) {
            return Parsed.faulty("not a signed token");
        }
    }

    private Optional<String> problemOf(SignedJWT jwt) throws JOSEException {
        JWSHeader header = jwt.getHeader();
        if (!header.getIncludedParams().equals(HEADER)) {
            return Optional.of("header with other parameters than alg, typ and kid");
        }
        if (!TYPE.getType().equals(header.getType().getType())) {
            return Optional.of("not a token for the gateway");
        }
        Optional<PaaKeys.Verifier> key = keys.get().verifier(header.getKeyID());
        if (key.isEmpty()) {
            return Optional.of("signed with an unknown key");
        }
        if (!key.get().algorithm().equals(header.getAlgorithm())) {
            return Optional.of("not the algorithm of its key");
        }
        return jwt.verify(key.get().verifier()) ? Optional.empty() : Optional.of("wrong signature");
    }

    private Parsed<PaaToken> claims(JWTClaimsSet claims) throws ParseException {
        if (!ISSUER.equals(claims.getIssuer())) {
            return Parsed.faulty("another issuer");
        }
        if (!claims.getAudience().equals(List.of(gateway))) {
            return Parsed.faulty("made for another gateway");
        }
        Parsed<PaaToken> read = PaaClaims.read(claims);
        if (read instanceof Parsed.Valid<PaaToken>(PaaToken token)) {
            Instant now = clock.instant();
            if (token.issuedAt().isAfter(now.plus(SKEW))) {
                return Parsed.faulty("made in the future");
            }
            if (!token.expires().isAfter(token.issuedAt())) {
                return Parsed.faulty("expires before it was made");
            }
        }
        return read;
    }
}
