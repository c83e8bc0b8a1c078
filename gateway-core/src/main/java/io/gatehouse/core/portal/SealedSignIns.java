package io.gatehouse.core.portal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.digest.RandomIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Seals a sign-in that is away at another site into text that the browser itself keeps (JWE, {@code dir} with {@code
 * A256GCM}): the gateway keeps no table that strangers could fill. The key is random and new with each start. A sign-in
 * is taken once, as long as it is remembered; should so many come back that it is forgotten, the site's own code is
 * still good for one use only. Safe for use by many threads.
 */
public final class SealedSignIns {
    /** How long a browser may be away. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Browsers keep cookies of 4096 bytes with their names and attributes. */
    public static final int LONGEST = 3800;

    private static final int KEY_BYTES = 32;
    private static final int ID_BYTES = 16;
    private static final int MOST_TAKEN = 20_000;
    private static final String END = "end";
    private static final String MECHANISM = "way";
    private static final String STATE = "state";
    private static final String KEPT = "kept";
    private static final String RETURN_TO = "back";

    private final MonotonicClock time;
    private final SecureRandom random;
    private final byte[] key;
    private final Cache<String, Boolean> taken;

    /**
     * A sign-in that is away.
     *
     * @param id tells it from all others
     * @param kept what the mechanism wants back
     * @param returnTo where the user wanted to go
     */
    public record Away(String id, Secret kept, String returnTo) {}

    /** Nothing is away. */
    public SealedSignIns(MonotonicClock time, SecureRandom random) {
        this.time = time;
        this.random = random;
        this.key = new byte[KEY_BYTES];
        random.nextBytes(key);
        this.taken = Caffeine.newBuilder()
                .maximumSize(MOST_TAKEN)
                .ticker(time::nanos)
                .expireAfterWrite(PATIENCE.plusSeconds(1))
                .build();
    }

    /**
     * Seals one.
     *
     * @param mechanism the only one that gets it back
     * @param state the parameter of the browser's return that it belongs to
     * @throws IllegalArgumentException when it is longer than {@link #LONGEST}
     */
    public String seal(String mechanism, String state, Secret kept, String returnTo) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .jwtID(RandomIds.next(random, ID_BYTES))
                .claim(END, time.nanos() + PATIENCE.toNanos())
                .claim(MECHANISM, mechanism)
                .claim(STATE, state)
                .claim(KEPT, Base64.getUrlEncoder().withoutPadding().encodeToString(kept.bytes()))
                .claim(RETURN_TO, returnTo)
                .build();
        EncryptedJWT sealed = new EncryptedJWT(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), claims);
        try {
            sealed.encrypt(new DirectEncrypter(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("AES-256-GCM", e); // every JDK has it
        }
        String text = sealed.serialize();
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("the state of a sign-in at %s takes %d characters (expected at most %d)"
                    .formatted(mechanism, text.length(), LONGEST));
        }
        return text;
    }

    /** Opens one for the return of a browser, if it is for this mechanism and this state, and not too old. */
    public Optional<Away> open(String sealed, String mechanism, String state) {
        return claims(sealed)
                .filter(claims -> isSame(text(claims, MECHANISM), mechanism) && isSame(text(claims, STATE), state))
                .map(claims -> new Away(
                        text(claims, "jti"),
                        Secret.of(Base64.getUrlDecoder().decode(text(claims, KEPT))),
                        text(claims, RETURN_TO)));
    }

    /** Takes one; false when somebody did before. */
    public boolean take(Away away) {
        return taken.asMap().putIfAbsent(away.id(), true) == null;
    }

    /** How many nanoseconds the browser may still be away; empty for what cannot be used any more. */
    public OptionalLong left(String sealed) {
        return claims(sealed).map(claims -> OptionalLong.of(left(claims))).orElse(OptionalLong.empty());
    }

    /** By the clock of this process, which nobody can set; the key is as old. */
    private long left(JWTClaimsSet claims) {
        return claims.getClaim(END) instanceof Long end ? end - time.nanos() : 0;
    }

    private Optional<JWTClaimsSet> claims(String sealed) {
        if (sealed.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            EncryptedJWT token = EncryptedJWT.parse(sealed);
            if (!JWEAlgorithm.DIR.equals(token.getHeader().getAlgorithm())
                    || !EncryptionMethod.A256GCM.equals(token.getHeader().getEncryptionMethod())
                    || token.getHeader().getCompressionAlgorithm() != null) {
                return Optional.empty();
            }
            token.decrypt(new DirectDecrypter(key));
            return Optional.of(token.getJWTClaimsSet()).filter(claims -> left(claims) > 0);
        } catch (ParseException | JOSEException | RuntimeException _) {
            return Optional.empty(); // another start's, or a stranger's
        }
    }

    private static String text(JWTClaimsSet claims, String name) {
        @Nullable Object value = claims.getClaim(name);
        return value instanceof String text ? text : "";
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
