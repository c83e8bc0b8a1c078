package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;

/**
 * A value of a claim that a rule asks for, {@code acr=phr}. Case counts, as identity providers say it does.
 *
 * @param claim the name of the claim; that of a claim inside an object has dots
 * @param value the text, or one of the texts of a list
 */
public record ClaimValue(String claim, String value) {
    /** Reads name and value around the first {@code =}. */
    public static Parsed<ClaimValue> parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            return Parsed.faulty(Excerpt.of(text) + " (expected the name of a claim and a value, such as \"amr=otp\")");
        }
        ClaimValue value = new ClaimValue(text.substring(0, equals), text.substring(equals + 1));
        boolean controls = text.chars().anyMatch(Character::isISOControl);
        return controls
                        || value.claim().length() > Identity.LONGEST_VALUE
                        || value.value().length() > Identity.LONGEST_VALUE
                ? Parsed.faulty(Excerpt.of(text) + ": control characters, or more than " + Identity.LONGEST_VALUE
                        + " characters in the name or the value")
                : Parsed.valid(value);
    }

    @Override
    public String toString() {
        return claim + "=" + value;
    }
}
