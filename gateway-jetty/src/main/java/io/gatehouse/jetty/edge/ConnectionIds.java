package io.gatehouse.jetty.edge;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The ids by which clients tell which connections are of one tunnel (MS-TSGU 2.2.3): GUIDs, in lower case and without
 * braces.
 */
public final class ConnectionIds {
    private static final Pattern GUID = Pattern.compile("\\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})}?");

    private ConnectionIds() {}

    /** The id as most clients send it; never fails. */
    public static Optional<String> inHeader(Request request) {
        return of(request.getHeaders().get("RDG-Connection-Id"));
    }

    /** The id that {@code text} is; empty when it is no GUID. */
    public static Optional<String> of(@Nullable String text) {
        return Optional.ofNullable(text)
                .map(GUID::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1).toLowerCase(Locale.ROOT));
    }
}
