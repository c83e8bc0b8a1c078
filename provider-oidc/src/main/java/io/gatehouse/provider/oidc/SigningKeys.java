package io.gatehouse.provider.oidc;

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
import com.nimbusds.jose.util.Resource;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * The keys that an identity provider signs with. Fetched when a token needs one that is not there, but not more than twice in
 * {@link #PAUSE}, whatever strangers write into their tokens; the last good ones are used for {@link #OUTAGE} when there are no newer.
 * Safe for use by many threads.
 */
final class SigningKeys {
    static final Duration FRESH = Duration.ofMinutes(10);
    static final Duration PAUSE = Duration.ofSeconds(30);
    static final Duration OUTAGE = Duration.ofHours(4);

    /** How long one thread waits for another's fetch. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final JWKSetSource<SecurityContext> source;
    private final Clock clock;

    SigningKeys(URI address, Exchange exchange, Clock clock) throws MalformedURLException {
        JWKSetSource<SecurityContext> fetched = new URLBasedJWKSetSource<>(
                address.toURL(), _ -> new Resource(exchange.document(address), "application/json"));
        JWKSetSource<SecurityContext> tolerant = new OutageTolerantJWKSetSource<>(fetched, OUTAGE.toMillis(), null);
        JWKSetSource<SecurityContext> limited = new RateLimitedJWKSetSource<>(tolerant, PAUSE.toMillis(), null);
        this.source = new CachingJWKSetSource<>(limited, FRESH.toMillis(), PATIENCE.toMillis(), null);
        this.clock = clock;
    }

    /**
     * The keys that may have made a signature; empty when there is none, and none can have been added since it was looked.
     *
     * @throws UnavailableException when the keys cannot be fetched
     */
    List<JWK> select(JWSHeader header) throws UnavailableException {
        JWKSelector selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
        try {
            JWKSet known = source.getJWKSet(JWKSetCacheRefreshEvaluator.noRefresh(), clock.millis(), null);
            List<JWK> keys = selector.select(known);
            return keys.isEmpty() ? selector.select(newerThan(known)) : keys;
        } catch (KeySourceException e) {
            throw new UnavailableException("keys: " + Texts.plain(rootMessage(e)), e);
        }
    }

    private JWKSet newerThan(JWKSet known) throws KeySourceException {
        try {
            return source.getJWKSet(JWKSetCacheRefreshEvaluator.referenceComparison(known), clock.millis(), null);
        } catch (RateLimitReachedException _) {
            return known;
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable deepest = thrown;
        for (Throwable cause = thrown.getCause();
                cause instanceof IOException || cause instanceof KeySourceException; ) {
            deepest = cause;
            cause = cause.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
