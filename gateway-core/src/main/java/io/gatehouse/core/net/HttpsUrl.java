package io.gatehouse.core.net;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * The address of a service that is reached by TLS only.
 *
 * @param uri absolute, without a user and a fragment
 */
public record HttpsUrl(URI uri) {
    /** Reads a URL. */
    public static Parsed<HttpsUrl> parse(String text) {
        try {
            URI uri = new URI(text);
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return Parsed.valid(new HttpsUrl(uri));
            }
        } catch (URISyntaxException _) {
            // said below
        }
        return Parsed.faulty(Excerpt.of(text) + " (expected https://host/path without a user name)");
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
