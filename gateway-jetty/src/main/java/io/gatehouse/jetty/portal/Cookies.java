package io.gatehouse.jetty.portal;

import java.time.Duration;

/** The portal's cookies. The prefix makes browsers insist that this host alone set them, over TLS, for all its paths. */
final class Cookies {
    /** Names a session. */
    static final String SESSION = "__Host-gatehouse";
    /** Ties a sign-in to the browser that began it. */
    static final String SIGN_IN = "__Host-gatehouse-signin";
    /** Favourites and what was used last. */
    static final String PREFERENCES = "__Host-gatehouse-marks";

    private Cookies() {}

    /** A value for the browser to keep. */
    record Cookie(String name, String value, Duration life) {
        String header() {
            String age = life.isNegative() ? "" : "; Max-Age=" + life.toSeconds();
            return name + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Lax" + age;
        }
    }

    static Cookie of(String name, String value, Duration life) {
        return new Cookie(name, value, life);
    }

    static Cookie gone(String name) {
        return new Cookie(name, "", Duration.ZERO);
    }
}
