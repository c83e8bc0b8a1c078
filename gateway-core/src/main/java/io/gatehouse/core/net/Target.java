package io.gatehouse.core.net;

import io.gatehouse.core.text.Parsed;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A target as rules see it.
 *
 * @param host lower case, without trailing dot; an address literal in its canonical form, IPv6 without brackets
 * @param port 1 to 65535
 */
public record Target(String host, int port) {
    private static final Pattern WRITTEN = Pattern.compile("(.+):([1-9][0-9]{0,4})");
    private static final int LAST_PORT = 65535;

    /** Reads {@code host:port}, as {@link #toString} writes it. */
    public static Parsed<Target> parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        return written.matches()
                        && Integer.parseInt(written.group(2)) <= LAST_PORT
                        && TargetName.parse(written.group(1)) instanceof Parsed.Valid<TargetName>(TargetName name)
                ? Parsed.valid(new Target(name.host(), Integer.parseInt(written.group(2))))
                : Parsed.faulty("a target that is not host:port");
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
