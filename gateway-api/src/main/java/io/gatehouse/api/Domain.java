package io.gatehouse.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Windows domain or Kerberos realm, and all the names it goes by. {@link #name()} is the one that rules, audit lines
 * and sessions use, whatever name a client or a back end says.
 *
 * @param name the canonical name; for a Windows domain its NetBIOS name
 * @param realm the Kerberos realm, which for a Windows domain is its DNS name in upper case
 * @param aliases further names that clients may use, for example alternative UPN suffixes
 * @param controllers host names or addresses of domain controllers, in order of preference; empty when they are to be
 *     looked up in DNS
 * @param kdcs its KDCs, unresolved, in order of preference; empty when they are to be looked up in DNS
 */
public record Domain(
        String name,
        Optional<String> realm,
        List<String> aliases,
        List<String> controllers,
        List<InetSocketAddress> kdcs) {
    public Domain {
        aliases = List.copyOf(aliases);
        controllers = List.copyOf(controllers);
        kdcs = List.copyOf(kdcs);
    }

    /** Whether {@code other} is one of its names, case ignored. */
    public boolean isNamed(String other) {
        return Stream.of(Stream.of(name), realm.stream(), aliases.stream())
                .flatMap(names -> names)
                .anyMatch(name -> isSameName(name, other));
    }

    /**
     * Whether {@code one} and {@code other} are the same name of a domain or realm: in lower case, character by
     * character. {@link String#equalsIgnoreCase} also takes {@code mıt.example}, which anybody can register, for {@code
     * mit.example}.
     */
    public static boolean isSameName(String one, String other) {
        return one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }

    /** The domain's name in DNS, lower case; empty when no realm is known. */
    public Optional<String> dnsName() {
        return realm.map(text -> text.toLowerCase(Locale.ROOT));
    }
}
