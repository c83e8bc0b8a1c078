package io.gatehouse.core.portal;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a browser may be sent after its sign-in: a path of the portal itself, and nothing that a browser reads as
 * another site.
 */
public final class LocalPath {
    private static final int LONGEST = 512;
    private static final Pattern SAFE = Pattern.compile(
            "/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?" + "(?:\\?[A-Za-z0-9._~=&+%-]*)?");

    private LocalPath() {}

    /** {@code text} when it is such a path. */
    public static Optional<String> of(String text) {
        return Optional.of(text)
                .filter(path -> path.length() <= LONGEST && SAFE.matcher(path).matches());
    }
}
