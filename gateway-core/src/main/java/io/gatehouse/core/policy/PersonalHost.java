package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name that may depend on who asks: {@code {user}} stands for the name of their account, {@code {domain}} for
 * that of its domain. Each stays inside a label of its own, so that no two accounts share a host unless the pattern
 * leaves the domain out.
 *
 * @param pattern as configured
 */
public record PersonalHost(String pattern) {
    private static final String USER = "{user}";
    private static final String DOMAIN = "{domain}";
    /** One label of a host name and nothing else, so that a user's name never leads to another domain. */
    private static final Pattern LABEL_PART = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern BOTH_IN_ONE_LABEL = Pattern.compile(".*\\{(user|domain)}[^.]*\\{(user|domain)}.*");

    /**
     * Reads a host name with or without {@code {user}} and {@code {domain}} in it, which may stand inside a label, for
     * example {@code pc-{user}.{domain}.example.com}.
     */
    public static Parsed<PersonalHost> parse(String text) {
        for (String part : new String[] {USER, DOMAIN}) {
            if (text.indexOf(part) != text.lastIndexOf(part)) {
                return Parsed.faulty(Excerpt.of(text) + ": " + part + " twice");
            }
        }
        if (text.contains(DOMAIN) && !text.contains(USER)) {
            return Parsed.faulty(Excerpt.of(text) + ": {domain} without {user}");
        }
        if (BOTH_IN_ONE_LABEL.matcher(text).matches()) {
            return Parsed.faulty(Excerpt.of(text)
                    + ": {user} and {domain} in one label, where two accounts could have the same name (expected a dot between"
                    + " them)");
        }
        return switch (TargetName.parse(text.replace(USER, "x").replace(DOMAIN, "x"))) {
            case Parsed.Valid<TargetName>(TargetName name)
            when text.contains(USER) && name.address().isPresent() ->
                Parsed.faulty(Excerpt.of(text) + ": {user} in an address");
            case Parsed.Valid<TargetName> _ ->
                Parsed.valid(new PersonalHost(text.endsWith(".") ? text.substring(0, text.length() - 1) : text));
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Excerpt.of(text) + ": " + problem);
        };
    }

    @Override
    public String toString() {
        return pattern;
    }

    /** Whether it depends on who asks. */
    public boolean isPersonal() {
        return pattern.contains(USER);
    }

    /** Whether it says whose {@code alice} is meant when two domains have one. */
    public boolean namesTheDomain() {
        return pattern.contains(DOMAIN);
    }

    /** The same below {@code suffix}, when it has one label only. */
    public PersonalHost completed(DnsSuffix suffix) {
        return new PersonalHost(suffix.complete(pattern));
    }

    /**
     * The host for an account.
     *
     * @return empty when the name of the account or its domain cannot stand in a host name
     */
    public Optional<TargetName> of(Identity identity) {
        if (!isPersonal()) {
            return parsed(pattern);
        }
        String user = identity.user().toLowerCase(Locale.ROOT);
        String domain = identity.domain().orElse("").toLowerCase(Locale.ROOT);
        boolean fits = isAscii(identity.user()) // the Kelvin sign in lower case is a k
                && LABEL_PART.matcher(user).matches()
                && (!namesTheDomain() || LABEL_PART.matcher(domain).matches());
        return fits ? parsed(pattern.replace(USER, user).replace(DOMAIN, domain)) : Optional.empty();
    }

    /** The host, if it is the same for all accounts. */
    public Optional<TargetName> ofEverybody() {
        return isPersonal() ? Optional.empty() : parsed(pattern);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static Optional<TargetName> parsed(String text) {
        return switch (TargetName.parse(text)) {
            case Parsed.Valid<TargetName>(TargetName name) -> Optional.of(name);
            case Parsed.Faulty<TargetName> _ -> Optional.empty();
        };
    }
}
