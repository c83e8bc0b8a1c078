package io.gatehouse.core.policy;

import io.gatehouse.api.Domains;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;

/**
 * A group or a SID as rules write it.
 *
 * @param text {@code staff}, {@code DOMAIN\staff} or {@code S-1-…}
 */
public record GroupName(String text) {
    /** Reads a name that is not empty and has no control character. */
    public static Parsed<GroupName> parse(String text) {
        return switch (RuleName.parse(text)) {
            case Parsed.Valid<RuleName> _ -> Parsed.valid(new GroupName(text));
            case Parsed.Faulty<RuleName>(String problem) -> Parsed.faulty(problem);
        };
    }

    /** The name that {@link PolicyRule#groups} has for it, given the domains of the configuration. */
    public String in(Domains domains) {
        return AccountNames.folded(domains.groupName(text));
    }

    @Override
    public String toString() {
        return text;
    }
}
