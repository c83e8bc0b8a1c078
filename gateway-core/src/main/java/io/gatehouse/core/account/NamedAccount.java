package io.gatehouse.core.account;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An account as an administrator names it, found by every name with which its user can sign in: account name or user
 * principal name, with any name of its domain, in any case and any Unicode form. A name without a domain also means the
 * account of that name in the gateway's own domain ({@link Domains#own}), where users sign in without a domain.
 *
 * <p>This is wider than the names in rules ({@link io.gatehouse.core.policy.AccountMatcher}): a rule that matches too
 * much lets somebody in, and a block that matches too little lets somebody stay.
 *
 * @param key its text in files, messages and the API: {@code domain\alice}, or {@code \alice} without domain; folded
 * @param domains those that the account can be of; empty text for none; folded
 * @param suffixes those of user principal names that the account can have; folded
 * @param ofAnyDomain whether a user principal name counts whatever the domain of the account is
 */
public record NamedAccount(String key, Set<String> domains, Set<String> suffixes, boolean ofAnyDomain) {
    private static final int LONGEST_NAME = 512;
    private static final String NO_DOMAIN = "";
    /** As Windows writes accounts of no domain: {@code .\alice}. */
    private static final String THIS_MACHINE = ".";

    public NamedAccount {
        domains = Set.copyOf(domains);
        suffixes = Set.copyOf(suffixes);
    }

    /** The account that is meant by {@code alice}, {@code DOMAIN\alice}, {@code alice@realm} or {@code .\alice}. */
    public static Parsed<NamedAccount> parse(String name, Domains configured) {
        return name.length() <= LONGEST_NAME
                        && AccountPattern.parse(name) instanceof Parsed.Valid<AccountPattern>(AccountPattern account)
                ? Parsed.valid(ofKey(account.key(configured), configured))
                : Parsed.faulty("not a user name (expected alice, DOMAIN\\alice or alice@REALM)");
    }

    /** The account of that {@link #key}, as a file has it. */
    public static NamedAccount ofKey(String key, Domains configured) {
        String domain = key.substring(0, Math.max(0, key.indexOf('\\')));
        if (domain.equals(THIS_MACHINE)) {
            return new NamedAccount(key, Set.of(NO_DOMAIN), Set.of(), false);
        }
        if (domain.isEmpty()) {
            Set<String> domains = new HashSet<>(Set.of(NO_DOMAIN));
            configured.own().ifPresent(own -> domains.add(folded(own.name())));
            return new NamedAccount(
                    key, domains, configured.own().map(NamedAccount::names).orElse(Set.of()), false);
        }
        return configured
                .find(domain)
                .map(known -> new NamedAccount(key, Set.of(folded(known.name())), names(known), false))
                .orElseGet(() -> new NamedAccount(key, Set.of(domain), Set.of(domain), true));
    }

    /** The account of {@code identity} and no other. */
    static NamedAccount exactly(Identity identity) {
        return new NamedAccount(AccountNames.key(identity), Set.of(domain(identity)), Set.of(), false);
    }

    private static Set<String> names(Domain domain) {
        return Stream.of(Stream.of(domain.name()), domain.realm().stream(), domain.aliases().stream())
                .flatMap(names -> names)
                .map(AccountNames::folded)
                .collect(Collectors.toSet());
    }

    private static String domain(Identity identity) {
        return folded(identity.domain().orElse(NO_DOMAIN));
    }

    /** The name without the domain; folded. */
    public String user() {
        return key.substring(key.indexOf('\\') + 1);
    }

    /** Whether {@code identity} is a user of this account. */
    public boolean matches(Identity identity) {
        String domain = domain(identity);
        return (domains.contains(domain) && folded(identity.user()).equals(user()))
                || ((ofAnyDomain || domains.contains(domain) || domain.isEmpty())
                        && principalNames(identity).anyMatch(this::isPrincipalName));
    }

    /** Whether {@code other} can mean a user whom this name means, as far as the names say it. */
    public boolean overlaps(NamedAccount other) {
        return user().equals(other.user())
                && !(Collections.disjoint(domains, other.domains) && Collections.disjoint(suffixes, other.suffixes));
    }

    private boolean isPrincipalName(String name) {
        int at = name.lastIndexOf('@');
        return name.substring(0, at).equals(user()) && suffixes.contains(name.substring(at + 1));
    }

    /** Some identity providers know users by a user principal name only, which then is the name of the account. */
    private static Stream<String> principalNames(Identity identity) {
        return Stream.concat(identity.upn().stream(), Stream.of(identity.user()))
                .map(AccountNames::folded)
                .filter(name -> name.indexOf('@') >= 0);
    }

    /** What {@link #user} of an account that matches {@code identity} can be. */
    static List<String> usersOf(Identity identity) {
        return Stream.concat(
                        Stream.of(folded(identity.user())),
                        principalNames(identity).map(name -> name.substring(0, name.lastIndexOf('@'))))
                .distinct()
                .toList();
    }
}
