package io.gatehouse.jwt;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.CachingJWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.jwk.source.RateLimitedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The keys of one signer. Fetched when a token needs one that is not there, but not more than twice in {@link #PAUSE},
 * whatever strangers write into their tokens; the last good ones are used for {@link #OUTAGE} when there are no newer.
 * Safe for use by many threads.
 */
public final class SigningKeys {
    public static final Duration FRESH = Duration.ofMinutes(10);
    public static final Duration PAUSE = Duration.ofSeconds(30);
    public static final Duration OUTAGE = Duration.ofHours(4);

    /** How long one thread waits for another's fetch. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final JWKSetSource<Wanted> source;
    private final Clock clock;

    /**
     * What is looked for.
     *
     * @param id of the key that a token names; empty when it names none
     */
    public record Wanted(String id) implements SecurityContext {}

    /**
     * Keys from anywhere.
     *
     * @param fetched fetches them each time that it is asked
     */
    public SigningKeys(JWKSetSource<Wanted> fetched, Clock clock) {
        JWKSetSource<Wanted> tolerant = new OutageTolerantJWKSetSource<>(fetched, OUTAGE.toMillis(), null);
        JWKSetSource<Wanted> limited = new RateLimitedJWKSetSource<>(tolerant, PAUSE.toMillis(), null);
        this.source = new CachingJWKSetSource<>(limited, FRESH.toMillis(), PATIENCE.toMillis(), null);
        this.clock = clock;
    }

    /** Keys that are published as a JWK set (RFC 7517). */
    public static SigningKeys ofSet(URI address, IssuerClient http, Clock clock) {
        return new SigningKeys(new PublishedKeys(address, http), clock);
    }

    /**
     * The keys that may have made a signature; empty when there is none, and none can have been added since it was
     * looked.
     *
     * @throws UnavailableException when the keys cannot be fetched
     */
    public List<JWK> select(JWSHeader header) throws UnavailableException {
        JWKSelector selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
        Wanted wanted = new Wanted(Optional.ofNullable(header.getKeyID()).orElse(""));
        try {
            JWKSet known = source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), clock.millis(), wanted);
            List<JWK> keys = selector.select(known);
            return keys.isEmpty() ? selector.select(newerThan(known, wanted)) : keys;
        } catch (KeySourceException e) {
            throw new UnavailableException("keys cannot be fetched: " + PrintableText.line(rootMessage(e)), e);
        }
    }

    private JWKSet newerThan(JWKSet known, Wanted wanted) throws KeySourceException {
        try {
            return source.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(known), clock.millis(), wanted);
        } catch (RateLimitReachedException _) {
            return known;
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable deepest = thrown;
        while (deepest.getCause() instanceof IOException || deepest.getCause() instanceof KeySourceException) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
