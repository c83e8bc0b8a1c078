package io.gatehouse.core.text;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every name by which a sign-in knows a person, to find the one person behind two accounts: sign-in methods know a user
 * by the account name, a user principal name, or an e-mail address, and nobody may approve by one name what they asked
 * for by another. It errs on the side of one person: then somebody else has to approve. Immutable.
 *
 * <p>Two names are those of one person when their user parts are equal, unless the configuration tells their domains
 * apart: an unknown domain can be another name of a known one, and an account without domain that of any.
 */
public final class PersonNames {
    /** Claims with names, of OpenID Connect and of Microsoft. */
    private static final Set<String> CLAIMS = Set.of("email", "upn", "preferred_username", "unique_name");

    private static final int MOST_VALUES = 2;

    private final Domains domains;
    private final Set<Name> names = new HashSet<>();

    /**
     * A name.
     *
     * @param domain its domain; folded
     * @param ofAnyDomain whether the configuration does not tell its domain from others
     */
    private record Name(String user, String domain, boolean ofAnyDomain) {
        boolean isAlso(Name other) {
            return user.equals(other.user) && (ofAnyDomain || other.ofAnyDomain || domain.equals(other.domain));
        }
    }

    private PersonNames(Identity identity, Domains domains) {
        this.domains = domains;
        Optional<String> domain = identity.domain();
        add(identity.user(), domain);
        identity.upn().ifPresent(name -> add(name, domain));
        claims(identity).values().forEach(values -> values.forEach(name -> add(name, domain)));
    }

    /** Those that {@code identity} says. */
    public static PersonNames of(Identity identity, Domains domains) {
        return new PersonNames(identity, domains);
    }

    /** The claims of {@code identity} that are names, to be kept for long: some values of each. */
    public static Map<String, Set<String>> claims(Identity identity) {
        return identity.claims().entrySet().stream()
                .filter(claim -> CLAIMS.contains(claim.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        claim -> claim.getValue().stream()
                                .sorted()
                                .limit(MOST_VALUES)
                                .collect(Collectors.toSet())));
    }

    /** The name {@code alice}, {@code CORP\alice}, {@code alice@example.com} or {@code alice/admin}. */
    private void add(String text, Optional<String> accountDomain) {
        int backslash = text.indexOf('\\');
        int at = text.lastIndexOf('@');
        Optional<String> named = backslash >= 0
                ? Optional.of(text.substring(0, backslash))
                : at >= 0 ? Optional.of(text.substring(at + 1)) : Optional.empty();
        String user = backslash >= 0 ? text.substring(backslash + 1) : at >= 0 ? text.substring(0, at) : text;
        boolean known = named.or(() -> accountDomain).flatMap(domains::find).isPresent()
                || accountDomain.flatMap(domains::find).isPresent();
        named.ifPresent(domain -> add(user, domain, !known));
        accountDomain.ifPresent(domain -> add(user, domain, !known));
        if (named.isEmpty() && accountDomain.isEmpty()) {
            add(user, "", true);
        }
    }

    private void add(String user, String domain, boolean ofAnyDomain) {
        String canonical = folded(domains.canonical(domain));
        String whole = folded(user);
        names.add(new Name(whole, canonical, ofAnyDomain));
        int slash = whole.indexOf('/');
        if (slash > 0) { // the second account of a Kerberos administrator
            names.add(new Name(whole.substring(0, slash), canonical, ofAnyDomain));
        }
    }

    /** The parts of its names without their domains: those of one person have one of them in common. */
    public Set<String> users() {
        return names.stream().map(Name::user).collect(Collectors.toSet());
    }

    /** Whether both can be names of one person. */
    public boolean canBe(PersonNames other) {
        return names.stream().anyMatch(name -> other.names.stream().anyMatch(name::isAlso));
    }
}
