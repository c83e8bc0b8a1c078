package io.gatehouse.provider.header;

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
import com.nimbusds.jose.jwk.source.URLBasedJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.ResourceRetriever;
import io.gatehouse.api.Outcome.Reason;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The keys of one signer. Fetched when an assertion needs one that is not there, but not more than twice in {@link #PAUSE}, whatever
 * strangers write into assertions; the last good ones are used for {@link #OUTAGE} when there are no newer. Safe for use by many threads.
 */
final class SigningKeys {
    static final Duration FRESH = Duration.ofMinutes(10);
    static final Duration PAUSE = Duration.ofSeconds(30);
    static final Duration OUTAGE = Duration.ofHours(4);

    /** How long one thread waits for another's fetch. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final JWKSetSource<Wanted> source;
    private final Clock clock;

    /** The id of the key that an assertion names. */
    record Wanted(String id) implements SecurityContext {}

    SigningKeys(KeyAddress address, ResourceRetriever retriever, Clock clock) {
        JWKSetSource<Wanted> fetched = switch (address) {
            case KeyAddress.Set(var set) -> new URLBasedJWKSetSource<>(set, retriever);
            case KeyAddress.ById byId -> new KeysById(byId, retriever);
        };
        JWKSetSource<Wanted> tolerant = new OutageTolerantJWKSetSource<>(fetched, OUTAGE.toMillis(), null);
        JWKSetSource<Wanted> limited = new RateLimitedJWKSetSource<>(tolerant, PAUSE.toMillis(), null);
        this.source = new CachingJWKSetSource<>(limited, FRESH.toMillis(), PATIENCE.toMillis(), null);
        this.clock = clock;
    }

    /**
     * The keys that may have made a signature; empty when there is none.
     *
     * @throws RejectedException when the keys cannot be fetched
     */
    List<JWK> select(JWSHeader header) throws RejectedException {
        JWKSelector selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
        Wanted wanted = new Wanted(header.getKeyID());
        try {
            JWKSet known = source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), clock.millis(), wanted);
            List<JWK> keys = selector.select(known);
            return keys.isEmpty() ? selector.select(newerThan(known, wanted)) : keys;
        } catch (KeySourceException e) {
            throw new RejectedException(
                    Reason.UNAVAILABLE, "the signer's keys cannot be fetched: " + Texts.plain(root(e)));
        }
    }

    private JWKSet newerThan(JWKSet known, Wanted wanted) throws KeySourceException {
        try {
            return source.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(known), clock.millis(), wanted);
        } catch (RateLimitReachedException _) {
            return known;
        }
    }

    private static String root(Throwable thrown) {
        Throwable deepest = thrown;
        while (deepest.getCause() instanceof IOException || deepest.getCause() instanceof KeySourceException) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
