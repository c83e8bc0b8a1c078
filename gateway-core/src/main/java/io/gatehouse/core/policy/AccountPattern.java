package io.gatehouse.core.policy;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.core.text.Parsed;
import java.util.Optional;

/** An account as rules write it, in one of the three forms that users know. */
public sealed interface AccountPattern {
    /** {@code alice}. */
    record Plain(String user) implements AccountPattern {
        @Override
        public String toString() {
            return user;
        }
    }

    /** {@code DOMAIN\alice}. */
    record InDomain(String domain, String user) implements AccountPattern {
        @Override
        public String toString() {
            return domain + "\\" + user;
        }
    }

    /** {@code alice@REALM}. */
    record WithSuffix(String user, String suffix) implements AccountPattern {
        @Override
        public String toString() {
            return user + "@" + suffix;
        }
    }

    /** Reads one of the three forms. */
    static Parsed<AccountPattern> parse(String text) {
        if (RuleName.parse(text) instanceof Parsed.Faulty<RuleName>(String unnamed)) {
            return Parsed.faulty(unnamed);
        }
        Optional<String> problem = problemOf(text);
        if (problem.isPresent()) {
            return Parsed.faulty("\"" + text + "\": " + problem.get());
        }
        int backslash = text.indexOf('\\');
        if (backslash >= 0) {
            return Parsed.valid(new InDomain(text.substring(0, backslash), text.substring(backslash + 1)));
        }
        int at = text.lastIndexOf('@');
        return Parsed.valid(at < 0 ? new Plain(text) : new WithSuffix(text.substring(0, at), text.substring(at + 1)));
    }

    private static Optional<String> problemOf(String text) {
        boolean twice = text.indexOf('\\') != text.lastIndexOf('\\');
        boolean edge = text.startsWith("\\") || text.endsWith("\\") || text.startsWith("@") || text.endsWith("@");
        if (text.equals("*")) {
            return Optional.of("not a name (leave users and groups out for everyone who signed in)");
        }
        return twice || edge
                ? Optional.of("not a user name (expected alice, DOMAIN\\alice or alice@REALM)")
                : Optional.empty();
    }

    /** The account without a pattern's freedom: as {@link io.gatehouse.core.text.AccountNames#key} has it. */
    default String key(Domains domains) {
        return switch (this) {
            case Plain(String user) -> "\\" + folded(user);
            case InDomain(String domain, String user) -> key(domains, domain, user);
            case WithSuffix(String user, String suffix) -> key(domains, suffix, user);
        };
    }

    private static String key(Domains domains, String domain, String user) {
        return folded(domains.canonical(domain)) + "\\" + folded(user);
    }

    /** Which accounts it matches, given the domains of the configuration. */
    default AccountMatcher in(Domains domains) {
        return switch (this) {
            case Plain(String user) -> new AccountMatcher.Bare(folded(user));
            case InDomain(String domain, String user) ->
                new AccountMatcher.InDomain(folded(domains.canonical(domain)), folded(user));
            case WithSuffix(String user, String suffix) ->
                domains.find(suffix)
                        .map(Domain::name)
                        .<AccountMatcher>map(
                                domain -> new AccountMatcher.WithSuffix(folded(user), folded(suffix), folded(domain)))
                        .orElseGet(() -> new AccountMatcher.AtRealm(folded(user), folded(suffix)));
        };
    }
}
