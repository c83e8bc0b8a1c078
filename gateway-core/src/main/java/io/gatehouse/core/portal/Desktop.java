package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.rdp.RdpFile;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A desktop or RemoteApp of the portal.
 *
 * @param name what stands in addresses
 * @param title what users read
 * @param host where it is
 * @param port its port
 * @param icon its picture
 * @param group its heading
 * @param template settings of its files
 */
public record Desktop(
        String name, String title, PersonalHost host, int port, Icon icon, Optional<String> group, RdpFile template) {
    /** How names look: they go into URLs, cookies and file names as they are. */
    public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /** The target for {@code identity}; empty when their name makes none. */
    public Optional<Target> target(Identity identity) {
        return host.of(identity).map(name -> new Target(name.host(), port));
    }

    /** Whether a user who looks for {@code words} means this one: each of them stands in title, group or name. */
    boolean matches(String words) {
        String text = (title + " " + group.orElse("") + " " + name).toLowerCase(Locale.ROOT);
        for (String word : words.toLowerCase(Locale.ROOT).strip().split("\\s+", -1)) {
            if (!text.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
