package io.gatehouse.jetty.portal;

import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What every page shows around its content.
 *
 * @param messages its language
 * @param title of this page
 * @param portal the portal's name
 * @param banner a text above everything
 * @param logo the path of a picture
 * @param style the path of the style sheet
 * @param script the path of the script
 * @param icon the path of the icon
 * @param user who is signed in
 * @param csrf what forms must say
 * @param place which part of the navigation this is
 * @param refresh where the browser should go on to
 * @param administrator whether the user may use the admin area
 * @param approvals how many connections wait for the user's approval; empty when no rule asks for approvals
 * @param access how many requests for desktops wait for the user's answer; empty when the user neither asks nor answers
 * @param grants whether there are temporary grants
 * @param deviceTickets whether there are device tickets
 */
public record Page(
        Messages messages,
        String title,
        String portal,
        Optional<String> banner,
        Optional<String> logo,
        String style,
        String script,
        String icon,
        Optional<String> user,
        String csrf,
        String place,
        Optional<String> refresh,
        boolean administrator,
        OptionalInt approvals,
        OptionalInt access,
        boolean grants,
        boolean deviceTickets) {
    /** {@code page} for the present part of the navigation; templates leave an attribute without a value out. */
    public @Nullable String current(String part) {
        return part.equals(place) ? "page" : null;
    }

    /** The same for the admin area, which is on every page whose template begins so. */
    public @Nullable String currentAdmin() {
        return place.startsWith("admin") ? "true" : null;
    }
}
