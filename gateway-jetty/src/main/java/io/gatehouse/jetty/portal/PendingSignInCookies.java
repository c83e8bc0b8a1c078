package io.gatehouse.jetty.portal;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Secret;
import io.gatehouse.core.portal.SealedSignIns;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;

/**
 * The sign-ins that a browser has under way at identity providers, sealed into cookies of its own. A browser may have
 * several at once, in several tabs, which the parameter {@code state} tells apart; the one that ends first makes room
 * for a further one. Safe for use by many threads.
 */
final class PendingSignInCookies {
    static final String PREFIX = "__Host-gatehouse-away-";

    private static final int MOST = 4;
    private static final String STATE = "state";

    private final SealedSignIns sealed;

    PendingSignInCookies(MonotonicClock time, SecureRandom random) {
        this.sealed = new SealedSignIns(time, random);
    }

    /** What the cookies of a returning browser hold. */
    sealed interface Found {
        /**
         * A sign-in that came back.
         *
         * @param cookie that it was in
         */
        record Returned(String cookie, SealedSignIns.Away away) implements Found {}

        /** None that the return belongs to. */
        record Stale(Rejected why) implements Found {}
    }

    /**
     * Gives the browser to keep what {@code to}'s answer needs.
     *
     * @throws IllegalArgumentException when that is too long
     */
    void keep(PortalExchange exchange, String mechanism, URI to, Secret state, String returnTo) {
        String value = sealed.seal(mechanism, stateOf(to), state, returnTo);
        exchange.setCookie(Cookies.of(room(exchange), value, SealedSignIns.PATIENCE));
    }

    /** The name of a cookie that is free, or of the one that ends first. */
    private String room(PortalExchange exchange) {
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

    /** Looks for the sign-in that this return belongs to. */
    Found find(PortalExchange exchange, String mechanism) {
        Optional<String> state = exchange.parameter(STATE);
        if (state.isEmpty()) {
            return stale(Reason.MALFORMED, "the return has no parameter state");
        }
        boolean sent = false;
        boolean valid = false;
        for (int i = 0; i < MOST; i++) {
            String name = PREFIX + i;
            Optional<String> value = exchange.cookie(name);
            Optional<SealedSignIns.Away> away = value.flatMap(text -> sealed.open(text, mechanism, state.get()));
            if (away.isPresent()) {
                return new Found.Returned(name, away.get());
            }
            sent |= value.isPresent();
            valid |= value.map(sealed::left).filter(OptionalLong::isPresent).isPresent();
        }
        if (valid) {
            return stale(Reason.MALFORMED, "the parameter state belongs to no sign-in that this browser has under way");
        }
        return sent
                ? stale(Reason.EXPIRED, "the sign-in has expired, or began before the gateway was restarted")
                : stale(
                        Reason.MALFORMED,
                        "the browser sent no cookie of a sign-in: it has no cookies, is another one, or took longer than "
                                + SealedSignIns.PATIENCE.toMinutes() + " minutes");
    }

    private static Found stale(Reason reason, String why) {
        return new Found.Stale(new Rejected(reason, why));
    }

    /** Takes it away from the browser; false when it was taken before. */
    boolean take(PortalExchange exchange, Found.Returned returned) {
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
