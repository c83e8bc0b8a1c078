package io.gatehouse.jetty.edge;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether the target of a request spells its path in the one canonical way. A reverse proxy in front may
 * compare paths as they were sent and let some of them through without its own sign-in; so no path may have a second
 * spelling, such as {@code /remoteDesktopGateway/../desktops}, by which a proxy sees one path and the gateway another.
 *
 * <p>No path of the gateway needs percent-encoding, parameters or empty segments. So everything but plain segments is
 * refused, instead of being normalised.
 */
public final class RequestTarget {
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#\\\\]+(?=[/?#]|$)");
    private static final String PUNCTUATION = "-._~!$&'()*+,=:@";

    private RequestTarget() {}

    /**
     * What keeps the path of {@code target} from being canonical; empty when it is.
     *
     * @param target as it stands in the request line
     */
    public static Optional<String> problem(String target) {
        if (target.indexOf('#') >= 0) {
            return Optional.of("a fragment in the request target (expected none)");
        }
        String path = path(target);
        if (!path.startsWith("/")) {
            return Optional.of("a request target without a path (expected a path that begins with /)");
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' && !isPlain(c)) {
                return Optional.of("character %s in the path (expected letters, digits and %s only)"
                        .formatted(c > ' ' && c < 0x7f ? "\"" + c + "\"" : "U+%04X".formatted((int) c), PUNCTUATION));
            }
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                return Optional.of("segment \"" + segment + "\" in the path (expected no relative segments)");
            }
        }
        return path.contains("//") ? Optional.of("an empty segment in the path (expected no //)") : Optional.empty();
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        String withoutQuery = query < 0 ? target : target.substring(0, query);
        Matcher absolute = ABSOLUTE.matcher(withoutQuery);
        if (!absolute.lookingAt()) {
            return withoutQuery;
        }
        String path = withoutQuery.substring(absolute.end());
        return path.isEmpty() ? "/" : path;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || PUNCTUATION.indexOf(c) >= 0;
    }
}
