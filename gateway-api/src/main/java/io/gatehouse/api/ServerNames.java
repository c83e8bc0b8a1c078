package io.gatehouse.api;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The host names and addresses under which clients may know this server: those of its certificates and of its
 * configuration. A name that begins with {@code *.} stands for all names with one more label, as in certificates.
 *
 * @param names lower case, without trailing dot; IPv6 addresses without brackets
 */
public record ServerNames(Set<String> names) {
    /** No name is known. */
    public static final ServerNames NONE = new ServerNames(Set.of());

    private static final String WILDCARD = "*.";

    public ServerNames {
        Set<String> plain = new HashSet<>();
        for (String name : names) {
            plain.add(plain(name));
        }
        names = Set.copyOf(plain);
    }

    /** These names and others. */
    public ServerNames and(Collection<String> others) {
        Set<String> all = new HashSet<>(names);
        all.addAll(others);
        return new ServerNames(all);
    }

    /** Whether {@code host} is one of the names; case and a trailing dot do not matter. */
    public boolean include(String host) {
        String name = plain(host);
        int dot = name.indexOf('.');
        return names.contains(name)
                || (dot > 0 && address(name).isEmpty() && names.contains(WILDCARD + name.substring(dot + 1)));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        String bare = lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
        String undotted = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
        return address(undotted).map(InetAddress::getHostAddress).orElse(undotted);
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}
