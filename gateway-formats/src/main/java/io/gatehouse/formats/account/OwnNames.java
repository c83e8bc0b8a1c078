package io.gatehouse.formats.account;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names that mean this gateway where a client writes a domain. One rule holds for every sign-in method: a name
 * without a domain and one with an own name as its domain, before a backslash or behind an {@code @}, is a local
 * account; a name with any other domain is none.
 *
 * @param names in lower case
 */
public record OwnNames(Set<String> names) {
    public OwnNames {
        names = Set.copyOf(names);
    }

    /**
     * The names of a gateway: the whole of {@code serverName}, its first label, and {@code more}.
     *
     * @param serverName the name under which clients know it
     * @param more further names, for example those of an NTLM challenge
     */
    public static OwnNames of(String serverName, String... more) {
        Set<String> names = new HashSet<>();
        names.add(folded(serverName));
        names.add(folded(serverName.split("\\.", 2)[0]));
        for (String name : more) {
            names.add(folded(name));
        }
        names.remove("");
        return new OwnNames(names);
    }

    /** Whether {@code domain}, written before a backslash or sent by itself, is this gateway; {@code .} is, too. */
    public boolean includeDomain(String domain) {
        return domain.equals(".") || includeSuffix(domain);
    }

    /** Whether {@code suffix}, written behind an {@code @}, is this gateway. */
    public boolean includeSuffix(String suffix) {
        return names.contains(folded(suffix));
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
