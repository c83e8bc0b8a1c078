package io.gatehouse.provider.oidc;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Endpoint;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenID Connect Discovery 1.0: where an identity provider does what. Asked when somebody needs it, and again every
 * hour; the last good answer stays when there is no newer one. Safe for use by many threads.
 */
final class Discovery {
    static final Duration FRESH = Duration.ofHours(1);
    /** Between two attempts that fail. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    private final String id;
    private final String issuer;
    private final IssuerClient http;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();

    private volatile @Nullable Known known;
    private volatile @Nullable Failure failure;

    private record Known(Endpoints metadata, Instant when) {}

    private record Failure(String message, Instant when) {}

    Discovery(String id, String issuer, IssuerClient http, Clock clock) {
        this.id = id;
        this.issuer = issuer;
        this.http = http;
        this.clock = clock;
    }

    /**
     * What is known of the identity provider; asks it when that is nothing, or old.
     *
     * @throws UnavailableException when it was never reached, with the reason
     */
    Endpoints metadata() throws UnavailableException {
        Known now = known;
        if (now != null && (isWithin(now.when(), FRESH) || isPausing())) {
            return now.metadata();
        }
        if (now == null) {
            // Nobody can go on without it: wait for whoever asks.
            asking.lock();
        } else if (!asking.tryLock()) {
            return now.metadata();
        }
        try {
            return askUnlessAskedMeanwhile();
        } finally {
            asking.unlock();
        }
    }

    private Endpoints askUnlessAskedMeanwhile() throws UnavailableException {
        Known before = known;
        if (before != null && isWithin(before.when(), FRESH)) {
            return before.metadata();
        }
        if (!isPausing()) {
            ask();
        }
        Known after = known;
        if (after != null) {
            return after.metadata();
        }
        Failure last = failure;
        throw new UnavailableException(last == null ? "never asked" : last.message());
    }

    private void ask() {
        try {
            Endpoints metadata = read(http.document(URI.create(withoutSlash(issuer) + WELL_KNOWN), "application/json"));
            known = new Known(metadata, clock.instant());
            if (failure != null) {
                failure = null;
                LOG.atInfo().addKeyValue("provider", id).log("the identity provider can be reached again");
            }
        } catch (IOException | UnavailableException e) {
            failure = new Failure(String.valueOf(e.getMessage()), clock.instant());
            if (http.isClosed()) {
                return; // the gateway ends, which is no news about the identity provider
            }
            LOG.atWarn()
                    .addKeyValue("provider", id)
                    .addKeyValue("reason", e.getMessage())
                    .log(
                            known == null
                                    ? "identity provider cannot be used yet; the next sign-in tries again"
                                    : "the identity provider cannot be asked; what it said last is used");
        }
    }

    private Endpoints read(String document) throws UnavailableException {
        try {
            OIDCProviderMetadata parsed = OIDCProviderMetadata.parse(document);
            if (!parsed.getIssuer().getValue().equals(issuer)) {
                throw new UnavailableException("discovery: issuer %s (expected %s)"
                        .formatted(PrintableText.quoted(parsed.getIssuer().getValue()), PrintableText.quoted(issuer)));
            }
            return new Endpoints(
                    endpoint("authorization_endpoint", parsed.getAuthorizationEndpointURI()),
                    endpoint("token_endpoint", parsed.getTokenEndpointURI()),
                    endpoint("jwks_uri", parsed.getJWKSetURI()),
                    optional("userinfo_endpoint", parsed.getUserInfoEndpointURI()),
                    optional("end_session_endpoint", parsed.getEndSessionEndpointURI()),
                    parsed.supportsAuthorizationResponseIssuerParam());
        } catch (ParseException | RuntimeException broken) {
            throw new UnavailableException("discovery: " + PrintableText.line(broken), broken);
        }
    }

    private static Optional<URI> optional(String name, @Nullable URI uri) throws UnavailableException {
        return uri == null ? Optional.empty() : Optional.of(endpoint(name, uri));
    }

    private static URI endpoint(String name, @Nullable URI uri) throws UnavailableException {
        if (uri == null) {
            throw new UnavailableException("discovery: no " + name);
        }
        try {
            return Endpoint.parse(uri.toString());
        } catch (URISyntaxException e) {
            throw new UnavailableException("discovery: %s %s".formatted(name, PrintableText.line(e)), e);
        }
    }

    /** Whether the identity provider was reached once. */
    boolean isKnown() {
        return known != null;
    }

    private boolean isPausing() {
        Failure last = failure;
        return last != null && isWithin(last.when(), PAUSE);
    }

    private boolean isWithin(Instant when, Duration duration) {
        return clock.instant().isBefore(when.plus(duration));
    }

    private static String withoutSlash(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
