package io.gatehouse.jwt;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a JWK set (RFC 7517). A key in it that is not understood is skipped, as section 5 asks, and named in the log
 * once: the next key may be the one that signs. Safe for use by many threads.
 */
final class PublishedKeys implements JWKSetSource<SigningKeys.Wanted> {
    private static final Logger LOG = LoggerFactory.getLogger(PublishedKeys.class);

    /** More than any signer publishes; each key costs a check that its point is on its curve. */
    private static final int MOST_KEYS = 200;
    /** Keys that are named in one line of the log. */
    private static final int MOST_NAMED = 5;

    private final URI address;
    private final IssuerClient http;
    private final AtomicReference<List<String>> told = new AtomicReference<>(List.of());

    PublishedKeys(URI address, IssuerClient http) {
        this.address = address;
        this.http = http;
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator evaluator, long time, SigningKeys.Wanted wanted)
            throws KeySourceException {
        String document;
        try {
            document = http.document(address, "application/json");
        } catch (IOException e) {
            throw new JWKSetRetrievalException(String.valueOf(e.getMessage()), e);
        }
        List<String> skipped = new ArrayList<>();
        JWKSet keys = read(document, skipped);
        tell(skipped);
        return keys;
    }

    /**
     * The keys of a set that are understood.
     *
     * @param skipped gets a sentence about each of the others
     * @throws JWKSetParseException when it is no set, or none of its keys is understood
     */
    static JWKSet read(String document, List<String> skipped) throws JWKSetParseException {
        List<?> entries = entries(document);
        List<JWK> keys = new ArrayList<>();
        for (Object entry : entries) {
            try {
                keys.add(key(entry));
            } catch (ParseException | RuntimeException e) {
                skipped.add(name(entry) + ": " + PrintableText.line(e));
            }
        }
        if (keys.isEmpty() && !entries.isEmpty()) {
            throw new JWKSetParseException(
                    "none of " + entries.size() + " keys is understood: " + listed(skipped), null);
        }
        return new JWKSet(keys);
    }

    private static List<?> entries(String document) throws JWKSetParseException {
        Object keys;
        try {
            keys = JSONObjectUtils.parse(document).get("keys");
        } catch (ParseException | RuntimeException | StackOverflowError e) {
            throw new JWKSetParseException("no JWK set: " + PrintableText.line(e), e);
        }
        if (!(keys instanceof List<?> list)) {
            throw new JWKSetParseException("no JWK set: it has no list \"keys\"", null);
        }
        if (list.size() > MOST_KEYS) {
            throw new JWKSetParseException(
                    "a JWK set of %d keys (expected at most %d)".formatted(list.size(), MOST_KEYS), null);
        }
        return list;
    }

    private static JWK key(Object entry) throws ParseException {
        if (!(entry instanceof Map<?, ?> members)) {
            throw new ParseException("no JSON object", 0);
        }
        Map<String, Object> named = JSONObjectUtils.newJSONObject();
        members.forEach((name, value) -> named.put(String.valueOf(name), value));
        return JWK.parse(named);
    }

    private static String name(Object entry) {
        return entry instanceof Map<?, ?> members && members.get("kid") instanceof String id
                ? "key " + PrintableText.quoted(id)
                : "a key without kid";
    }

    /** Once for the same keys: they are fetched every ten minutes. */
    private void tell(List<String> skipped) {
        if (!skipped.equals(told.getAndSet(List.copyOf(skipped))) && !skipped.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("skipped", listed(skipped))
                    .log("some keys of a key set are not supported and are ignored");
        }
    }

    private static String listed(List<String> skipped) {
        String named = String.join("; ", skipped.stream().limit(MOST_NAMED).toList());
        return skipped.size() > MOST_NAMED ? "%s; and %d more".formatted(named, skipped.size() - MOST_NAMED) : named;
    }

    @Override
    public void close() {} // nothing is open between requests
}
