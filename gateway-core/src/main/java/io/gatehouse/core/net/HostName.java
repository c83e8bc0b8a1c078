package io.gatehouse.core.net;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;

/**
 * A host name or address that an administrator wrote.
 *
 * @param text as it was written
 * @param host in the one spelling that {@link TargetName} has for it
 */
public record HostName(String text, String host) {
    /** Reads a host name or an address literal, IPv6 with or without brackets. */
    public static Parsed<HostName> parse(String text) {
        return switch (TargetName.parse(text)) {
            case Parsed.Valid<TargetName>(TargetName name) -> Parsed.valid(new HostName(text, name.host()));
            case Parsed.Faulty<TargetName>(String problem) -> Parsed.faulty(Excerpt.of(text) + ": " + problem);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
