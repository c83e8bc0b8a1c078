package io.gatehouse.core.policy;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.time.ZoneId;

/**
 * A time zone of the IANA database.
 *
 * @param zone its rules
 */
public record TimeZoneName(ZoneId zone) {
    /** Reads a name such as {@code Europe/Berlin} or {@code UTC}. */
    public static Parsed<TimeZoneName> parse(String text) {
        return ZoneId.getAvailableZoneIds().contains(text)
                ? Parsed.valid(new TimeZoneName(ZoneId.of(text)))
                : Parsed.faulty(
                        Excerpt.of(text)
                                + " is no time zone of the IANA database (expected a name such as \"Europe/Berlin\" or \"UTC\")");
    }

    @Override
    public String toString() {
        return zone.getId();
    }
}
