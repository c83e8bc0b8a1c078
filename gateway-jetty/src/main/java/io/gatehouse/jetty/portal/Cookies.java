package io.gatehouse.jetty.portal;

import java.time.Duration;
import org.eclipse.jetty.http.HttpCookie;

/**
 * The portal's cookies. The prefix makes browsers insist that this host alone set them, over TLS, for all its paths.
 */
final class Cookies {
    /** Names a session. */
    static final String SESSION = "__Host-gatehouse";
    /** Ties a sign-in to the browser that began it. */
    static final String SIGN_IN = "__Host-gatehouse-signin";
    /** Names a sign-in whose second factor is still to come. */
    static final String SECOND_FACTOR = "__Host-gatehouse-factor";
    /** Favourites and what was used last. */
    static final String PREFERENCES = "__Host-gatehouse-marks";

    private Cookies() {}

    /** A value for the browser to keep until it is closed. */
    static HttpCookie ofSession(String name, String value) {
        return cookie(name, value).build();
    }

    /** A value for the browser to keep for {@code life}. */
    static HttpCookie of(String name, String value, Duration life) {
        return cookie(name, value).maxAge(life.toSeconds()).build();
    }

    /** Makes the browser forget a value. */
    static HttpCookie gone(String name) {
        return cookie(name, "").maxAge(0).build();
    }

    private static HttpCookie.Builder cookie(String name, String value) {
        return HttpCookie.build(name, value)
                .path("/")
                .secure(true)
                .httpOnly(true)
                .sameSite(HttpCookie.SameSite.LAX);
    }
}
