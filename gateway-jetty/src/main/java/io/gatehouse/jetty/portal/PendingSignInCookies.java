package io.gatehouse.jetty.portal;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Secret;
import io.gatehouse.core.portal.SealedSignIns;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * The sign-ins that a browser has under way at identity providers, sealed into cookies of its own. A browser may have several at once, in
 * several tabs, which the parameter {@code state} tells apart; the one that ends first makes room for a further one. Safe for use by many threads.
 */
final class PendingSignInCookies {
    static final String PREFIX = "__Host-gatehouse-away-";

    private static final int MOST = 4;
    private static final String STATE = "state";

    private final SealedSignIns sealed;

    PendingSignInCookies(MonotonicClock time, SecureRandom random) {
        this.sealed = new SealedSignIns(time, random);
    }

    /**
     * A sign-in that came back.
     *
     * @param cookie that it was in
     */
    record Returned(String cookie, SealedSignIns.Away away) {}

    /**
     * Gives the browser to keep what {@code to}'s answer needs.
     *
     * @throws IllegalArgumentException when that is too long
     */
    void keep(Exchange exchange, String mechanism, URI to, Secret state, String returnTo) {
        String value = sealed.seal(mechanism, stateOf(to), state, returnTo);
        exchange.setCookie(Cookies.of(room(exchange), value, SealedSignIns.PATIENCE));
    }

    /** The name of a cookie that is free, or of the one that ends first. */
    private String room(Exchange exchange) {
        String room = PREFIX + 0;
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < MOST; i++) {
            OptionalLong left = exchange.cookie(PREFIX + i).map(sealed::left).orElse(OptionalLong.empty());
            if (left.isEmpty()) {
                return PREFIX + i;
            }
            if (left.getAsLong() < shortest) {
                shortest = left.getAsLong();
                room = PREFIX + i;
            }
        }
        return room;
    }

    /** What was kept for this return. */
    Optional<Returned> find(Exchange exchange, String mechanism) {
        String state = exchange.parameter(STATE).orElse("");
        for (int i = 0; i < MOST; i++) {
            String name = PREFIX + i;
            Optional<SealedSignIns.Away> away =
                    exchange.cookie(name).flatMap(value -> sealed.open(value, mechanism, state));
            if (away.isPresent()) {
                return Optional.of(new Returned(name, away.get()));
            }
        }
        return Optional.empty();
    }

    /** Takes it away from the browser; false when it was taken before. */
    boolean take(Exchange exchange, Returned returned) {
        exchange.setCookie(Cookies.gone(returned.cookie()));
        return sealed.take(returned.away());
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
