package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises a user by name, case ignored. {@code alice} is the account without a domain, so that nobody else's domain can
 * provide an {@code alice} that a rule did not mean; {@code DOMAIN\alice} and {@code alice@REALM} name the domain, and the
 * latter also is a user principal name.
 */
public sealed interface NameMatcher {

    /** An account without domain; lower case. */
    record Bare(String user) implements NameMatcher {}

    /** An account of a domain; lower case. */
    record InDomain(String domain, String user) implements NameMatcher {}

    /** A user principal name, or an account of a realm; lower case. */
    record AtRealm(String user, String realm) implements NameMatcher {}

    /** Reads one of the three forms. */
    static Parsed<NameMatcher> parse(String text) {
        if (checkName(text) instanceof Parsed.Faulty<String>(String unnamed)) {
            return Parsed.faulty(unnamed);
        }
        Optional<String> problem = problemOf(text);
        if (problem.isPresent()) {
            return Parsed.faulty("\"" + text + "\": " + problem.get());
        }
        String name = text.toLowerCase(Locale.ROOT);
        int backslash = name.indexOf('\\');
        if (backslash >= 0) {
            return Parsed.valid(new InDomain(name.substring(0, backslash), name.substring(backslash + 1)));
        }
        int at = name.lastIndexOf('@');
        return Parsed.valid(at < 0 ? new Bare(name) : new AtRealm(name.substring(0, at), name.substring(at + 1)));
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
                ? Parsed.faulty("\"" + text + "\": control character in the name")
                : Parsed.valid(text);
    }

    /** Whether {@code identity} is the one. */
    default boolean matches(Identity identity) {
        String identityUser = lower(identity.user());
        Optional<String> identityDomain = identity.domain().map(NameMatcher::lower);
        return switch (this) {
            case Bare(String user) -> identityDomain.isEmpty() && identityUser.equals(user);
            case InDomain(String domain, String user) ->
                identityUser.equals(user) && identityDomain.equals(Optional.of(domain));
            case AtRealm(String user, String realm) ->
                identity.upn().map(NameMatcher::lower).equals(Optional.of(user + "@" + realm))
                        || (identityUser.equals(user) && identityDomain.equals(Optional.of(realm)));
        };
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
