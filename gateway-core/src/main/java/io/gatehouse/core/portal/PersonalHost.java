package io.gatehouse.core.portal;

import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host name that may depend on who asks: {@code {user}} stands for the name of their account.
 *
 * @param pattern as configured
 */
public record PersonalHost(String pattern) {
    private static final String USER = "{user}";
    /** One label of a host name and nothing else, so that a user's name never leads to another domain. */
    private static final Pattern LABEL_PART = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * Reads a host name with or without {@code {user}} in it, which may stand inside a label, for example {@code
     * pc-{user}}.
     */
    public static Parsed<PersonalHost> parse(String text) {
        if (text.indexOf(USER) != text.lastIndexOf(USER)) {
            return Parsed.faulty(Excerpt.of(text) + ": {user} twice");
        }
        return switch (TargetName.parse(text.replace(USER, "x"))) {
            case Parsed.Valid<TargetName>(TargetName name)
            when text.contains(USER) && name.address().isPresent() ->
                Parsed.faulty(Excerpt.of(text) + ": {user} in an address");
            case Parsed.Valid<TargetName> _ -> Parsed.valid(new PersonalHost(text));
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Excerpt.of(text) + ": " + problem);
        };
    }

    @Override
    public String toString() {
        return pattern;
    }

    /**
     * The host for an account.
     *
     * @return empty when the name of the account cannot stand in a host name
     */
    public Optional<TargetName> of(String user) {
        if (!pattern.contains(USER)) {
            return parsed(pattern);
        }
        String label = user.toLowerCase(Locale.ROOT);
        return LABEL_PART.matcher(label).matches() ? parsed(pattern.replace(USER, label)) : Optional.empty();
    }

    private static Optional<TargetName> parsed(String text) {
        return switch (TargetName.parse(text)) {
            case Parsed.Valid<TargetName>(TargetName name) -> Optional.of(name);
            case Parsed.Faulty<TargetName> _ -> Optional.empty();
        };
    }
}
