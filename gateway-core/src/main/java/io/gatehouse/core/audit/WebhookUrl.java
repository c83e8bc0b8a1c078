package io.gatehouse.core.audit;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Where events are sent: {@code https}, or {@code http} to this machine only, since events name users and targets.
 *
 * @param uri absolute, without a user and a fragment
 */
public record WebhookUrl(URI uri) {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    /** Reads a URL. */
    public static Parsed<WebhookUrl> parse(String text) {
        try {
            URI uri = new URI(text);
            boolean encrypted = "https".equals(uri.getScheme());
            boolean near = "http".equals(uri.getScheme())
                    && uri.getHost() != null
                    && LOOPBACK.matcher(uri.getHost()).matches();
            if ((encrypted || near)
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return Parsed.valid(new WebhookUrl(uri));
            }
        } catch (URISyntaxException _) {
            // said below
        }
        return Parsed.faulty(
                Excerpt.of(text) + " (expected https://host/path without a user name, or http on a loopback address)");
    }

    /** Host and port, for the log: the path may be a secret. */
    public String server() {
        return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
