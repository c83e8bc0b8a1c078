package io.gatehouse.core.policy;

import io.gatehouse.core.text.Parsed;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A sign-in method as rules write it.
 *
 * @param text as it was written
 */
public record SignInMethod(String text) {
    /** Words that methods once had, and what they are called now. */
    private static final Map<String, String> FORMER = Map.of("token", "paa", "sspi-ntlm", "ntlm");

    /** Reads a name that is not empty and has no control character. */
    public static Parsed<SignInMethod> parse(String text) {
        return switch (RuleName.parse(text)) {
            case Parsed.Valid<RuleName> _ -> Parsed.valid(new SignInMethod(text));
            case Parsed.Faulty<RuleName>(String problem) -> Parsed.faulty(problem);
        };
    }

    /** The name that identities have: lower case, and the present one when the method was renamed. */
    public String name() {
        return renamed().orElse(text.toLowerCase(Locale.ROOT));
    }

    /** The present name of a method that was renamed. */
    public Optional<String> renamed() {
        return Optional.ofNullable(FORMER.get(text.toLowerCase(Locale.ROOT)));
    }

    /** The names that identities have, of all these. */
    public static Set<String> names(Collection<SignInMethod> methods) {
        return methods.stream().map(SignInMethod::name).collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return text;
    }
}
