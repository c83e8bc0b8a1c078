package io.gatehouse.jetty.portal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * Sign-ins that are away at another site. Each belongs to the browser that began it, and is there for one return; a browser may have
 * several at once, in several tabs, which the parameter {@code state} tells apart. Safe for use by many threads.
 */
final class PendingDetours {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MOST = 10_000;
    private static final String STATE = "state";

    /** What is kept until the browser is back. */
    record Detour(Secret state, String returnTo) {}

    private record Key(String browser, String mechanism, String state) {}

    private final Cache<Key, Detour> pending =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(PATIENCE).build();

    /** Keeps what {@code to}'s answer needs. */
    void keep(String browser, String mechanism, URI to, Detour detour) {
        pending.put(new Key(browser, mechanism, stateOf(to)), detour);
    }

    /** Gives back what was kept for a return with these parameters, once. */
    Optional<Detour> take(String browser, String mechanism, Map<String, String> parameters) {
        return Optional.ofNullable(
                pending.asMap().remove(new Key(browser, mechanism, parameters.getOrDefault(STATE, ""))));
    }

    private static String stateOf(URI to) {
        Fields fields = new Fields();
        if (to.getRawQuery() != null) {
            UrlEncoded.decodeUtf8To(to.getRawQuery(), 0, to.getRawQuery().length(), fields::add);
        }
        String state = fields.getValue(STATE);
        return state == null ? "" : state;
    }
}
