package io.gatehouse.jetty.portal;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Secret;
import io.gatehouse.core.limits.PendingTable;
import java.net.InetAddress;
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
    /** Many people behind one address may begin at once. */
    private static final int MOST_OF_CLIENT = 500;

    private static final String STATE = "state";

    /** What is kept until the browser is back. */
    record Detour(Secret state, String returnTo) {}

    private record Key(String browser, String mechanism, String state) {}

    private final PendingTable<Key, Detour> pending;

    PendingDetours(MonotonicClock clock) {
        pending = new PendingTable<>(clock, PATIENCE, MOST, MOST_OF_CLIENT, _ -> {});
    }

    /** Keeps what {@code to}'s answer needs. */
    void keep(InetAddress client, String browser, String mechanism, URI to, Detour detour) {
        pending.put(new Key(browser, mechanism, stateOf(to)), client, detour);
    }

    /** Gives back what was kept for a return with these parameters, once. */
    Optional<Detour> take(String browser, String mechanism, Map<String, String> parameters) {
        return pending.take(new Key(browser, mechanism, parameters.getOrDefault(STATE, "")));
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
