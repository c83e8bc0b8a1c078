package io.gatehouse.core.portal;

import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where browsers find the portal. Its cookies are for the whole host, so it has the host for itself.
 *
 * @param origin as browsers write it in {@code Origin}: {@code https://host} or {@code https://host:port}, in lower
 *     case, without the port of https
 */
public record PortalAddress(URI origin) {
    private static final int HTTPS = 443;

    /** Reads {@code https://host} or {@code https://host:port}, with or without a slash at its end. */
    public static Parsed<PortalAddress> parse(String text) {
        try {
            URI uri = new URI(text);
            if (isBare(uri)) {
                String port = uri.getPort() < 0 || uri.getPort() == HTTPS ? "" : ":" + uri.getPort();
                return Parsed.valid(
                        new PortalAddress(new URI("https://" + uri.getHost().toLowerCase(Locale.ROOT) + port)));
            }
        } catch (URISyntaxException _) {
            // said below
        }
        return Parsed.faulty(Excerpt.of(text) + " (expected https://host or https://host:port)");
    }

    private static boolean isBare(URI uri) {
        String path = uri.getRawPath();
        return "https".equals(uri.getScheme())
                && uri.getHost() != null
                && (path == null || path.isEmpty() || path.equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getRawUserInfo() == null;
    }

    /** The host, as {@link TargetName} spells it. */
    public String host() {
        String host = origin.getHost();
        return TargetName.parse(host) instanceof Parsed.Valid<TargetName>(TargetName name) ? name.host() : host;
    }

    @Override
    public String toString() {
        return origin.toString();
    }
}
