package io.gatehouse.core.policy;

import static io.gatehouse.core.text.AccountNames.folded;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.util.Optional;

/**
 * Recognises a user by name, case ignored. {@code alice} is the account without a domain, so that nobody else's domain can
 * provide an {@code alice} that a rule did not mean; {@code DOMAIN\alice} and {@code alice@REALM} name the domain, and the
 * latter also is a user principal name. A domain may be called by any name that the configuration knows for it; identities
 * are expected to have the canonical one ({@link AccountNames#canonical}).
 */
public sealed interface NameMatcher {

    /** An account without domain; folded. */
    record Bare(String user) implements NameMatcher {}

    /** An account of a domain; folded, the domain by its canonical name. */
    record InDomain(String domain, String user) implements NameMatcher {}

    /**
     * An account of a configured domain by a suffix that is one of the domain's names: its account name or its user principal
     * name. Accounts of other domains do not match, whatever principal name these give them. Folded.
     */
    record WithSuffix(String user, String suffix, String domain) implements NameMatcher {}

    /** A user principal name, or an account of a realm that the configuration does not know; folded. */
    record AtRealm(String user, String realm) implements NameMatcher {}

    /** Reads one of the three forms that users write. */
    static Parsed<NameMatcher> parse(String text, Domains domains) {
        if (checkName(text) instanceof Parsed.Faulty<String>(String unnamed)) {
            return Parsed.faulty(unnamed);
        }
        Optional<String> problem = problemOf(text);
        if (problem.isPresent()) {
            return Parsed.faulty("\"" + text + "\": " + problem.get());
        }
        int backslash = text.indexOf('\\');
        if (backslash >= 0) {
            String domain = domains.canonical(text.substring(0, backslash));
            return Parsed.valid(new InDomain(folded(domain), folded(text.substring(backslash + 1))));
        }
        int at = text.lastIndexOf('@');
        return Parsed.valid(
                at < 0 ? new Bare(folded(text)) : suffixed(text.substring(0, at), text.substring(at + 1), domains));
    }

    private static NameMatcher suffixed(String user, String suffix, Domains domains) {
        return domains.find(suffix)
                .map(Domain::name)
                .<NameMatcher>map(domain -> new WithSuffix(folded(user), folded(suffix), folded(domain)))
                .orElseGet(() -> new AtRealm(folded(user), folded(suffix)));
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

    /** The text itself, when it can be the name of a user, group or method. */
    static Parsed<String> checkName(String text) {
        if (text.isBlank() || !text.equals(text.strip())) {
            return Parsed.faulty("\"" + text + "\": empty, or space around the name");
        }
        return text.chars().anyMatch(Character::isISOControl)
                ? Parsed.faulty(
                        "\"" + escaped(text) + "\": control character in the name (in double quotes a backslash begins"
                                + " an escape sequence; expected single quotes: '" + escaped(text) + "')")
                : Parsed.valid(text);
    }

    /** The text as somebody has typed it in double quotes. */
    private static String escaped(String text) {
        StringBuilder typed = new StringBuilder();
        text.codePoints().forEach(c -> {
            int letter = "\b\t\n\f\r".indexOf(c);
            if (letter >= 0) {
                typed.append('\\').append("btnfr".charAt(letter));
            } else if (Character.isISOControl(c)) {
                typed.append(String.format("\\u%04x", c));
            } else {
                typed.appendCodePoint(c);
            }
        });
        return typed.toString();
    }

    /** Whether {@code identity} is the one. */
    default boolean matches(Identity identity) {
        String identityUser = folded(identity.user());
        Optional<String> identityDomain = identity.domain().map(AccountNames::folded);
        Optional<String> upn = identity.upn().map(AccountNames::folded);
        return switch (this) {
            case Bare(String user) -> identityDomain.isEmpty() && identityUser.equals(user);
            case InDomain(String domain, String user) ->
                identityUser.equals(user) && identityDomain.equals(Optional.of(domain));
            case WithSuffix(String user, String suffix, String domain) ->
                identityDomain.equals(Optional.of(domain))
                        && (identityUser.equals(user) || upn.equals(Optional.of(user + "@" + suffix)));
            case AtRealm(String user, String realm) ->
                upn.equals(Optional.of(user + "@" + realm))
                        || (identityUser.equals(user) && identityDomain.equals(Optional.of(realm)));
        };
    }
}
