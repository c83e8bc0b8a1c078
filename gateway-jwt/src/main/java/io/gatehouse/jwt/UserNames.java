package io.gatehouse.jwt;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes identities from names that are believed already: {@code alice}, {@code CORP\alice}, {@code alice@example.com}.
 * Immutable.
 */
public final class UserNames {
    private static final int LONGEST_NAME = 256;

    private final List<String> accepted;
    private final boolean localUsers;
    private final Domains domains;

    private UserNames(List<String> accepted, boolean localUsers, Domains domains) {
        this.accepted = accepted;
        this.localUsers = localUsers;
        this.domains = domains;
    }

    /**
     * Names of a source.
     *
     * @param accepted the domains whose users may sign in
     * @param localUsers whether a name without a domain is an account of the gateway's own
     */
    public static UserNames of(List<String> accepted, boolean localUsers, Domains domains) throws ProviderException {
        if (accepted.isEmpty() && !localUsers) {
            throw new ProviderException(
                    "neither domains nor local-users (expected domains = [\"…\"] for users of a domain, or local-users = true"
                            + " if its users are accounts of the gateway's own)");
        }
        for (String domain : accepted) {
            if (!isName(domain) || domain.indexOf('@') >= 0 || domain.indexOf('\\') >= 0) {
                throw new ProviderException(
                        "domains: " + PrintableText.quoted(domain) + " (expected the name of a domain)");
            }
        }
        return new UserNames(List.copyOf(accepted), localUsers, domains);
    }

    /**
     * A name, taken apart.
     *
     * @param principal the whole, where it is {@code alice@example.com}
     */
    public record Name(String user, Optional<String> domain, Optional<String> principal) {
        /** Whoever goes by it. */
        public Identity identity(String provider, String method, Set<String> groups, Set<Proof> proofs) {
            return new Identity(provider, method, user, domain, principal, groups, Set.of(), proofs);
        }
    }

    /**
     * Reads a name.
     *
     * @throws RejectedException when it is none, or of a domain that may not sign in here
     */
    public Name parse(String name) throws RejectedException {
        checked("user name", name);
        int backslash = name.indexOf('\\');
        int at = name.lastIndexOf('@');
        String user = backslash >= 0 ? name.substring(backslash + 1) : at >= 0 ? name.substring(0, at) : name;
        if (user.isBlank() || user.indexOf('@') >= 0 || user.indexOf('\\') >= 0) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "user name %s (expected one name and at most one domain)".formatted(PrintableText.quoted(name)));
        }
        Optional<String> domain = backslash >= 0
                ? Optional.of(domain(name, name.substring(0, backslash)))
                : at >= 0 ? Optional.of(domain(name, name.substring(at + 1))) : ownDomain();
        return new Name(user, domain, backslash < 0 && at >= 0 ? Optional.of(name) : Optional.empty());
    }

    private String domain(String name, String domain) throws RejectedException {
        for (String each : accepted) {
            Optional<Domain> known = domains.find(each);
            if (Domain.isSameName(each, domain)
                    || known.filter(one -> one.isNamed(domain)).isPresent()) {
                return known.map(Domain::name).orElse(each);
            }
        }
        throw new RejectedException(
                Reason.REFUSED,
                "user %s is of the domain %s (expected one of domains: %s)"
                        .formatted(
                                PrintableText.quoted(name),
                                PrintableText.quoted(domain),
                                accepted.isEmpty() ? "none" : String.join(", ", accepted)));
    }

    private Optional<String> ownDomain() {
        if (localUsers) {
            return Optional.empty();
        }
        return Optional.of(domains.canonical(accepted.getFirst()));
    }

    /** An address: a name and a domain. */
    public static String email(String text) throws RejectedException {
        checked("e-mail address", text);
        int at = text.lastIndexOf('@');
        if (at <= 0 || at == text.length() - 1) {
            throw new RejectedException(
                    Reason.REFUSED, "e-mail address %s (expected name@domain)".formatted(PrintableText.quoted(text)));
        }
        return text;
    }

    private static String checked(String kind, String text) throws RejectedException {
        if (text.length() > LONGEST_NAME) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "%s of %d characters (expected at most %d)".formatted(kind, text.length(), LONGEST_NAME));
        }
        if (!isName(text)) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "%s %s (expected printable characters, without space around them)"
                            .formatted(kind, PrintableText.quoted(text)));
        }
        return text;
    }

    private static boolean isName(String text) {
        return !text.isBlank()
                && text.equals(text.strip())
                && text.length() <= LONGEST_NAME
                && PrintableText.isPrintable(text);
    }
}
