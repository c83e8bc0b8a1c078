package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.Desktop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpCookie;

/**
 * A user's favourite desktops and those used last. The browser keeps them in a cookie; they are names only, and show
 * nothing that the user may not use.
 *
 * @param favourites names, in the order in which they were marked
 * @param recent names, the last used first
 */
record DesktopPreferences(List<String> favourites, List<String> recent) {
    static final DesktopPreferences NONE = new DesktopPreferences(List.of(), List.of());

    private static final int MOST_FAVOURITES = 32;
    private static final int MOST_RECENT = 4;
    private static final int LONGEST_COOKIE = 3600;
    private static final Duration LIFE = Duration.ofDays(400);

    DesktopPreferences {
        favourites = List.copyOf(favourites);
        recent = List.copyOf(recent);
    }

    static DesktopPreferences of(PortalExchange exchange) {
        return exchange.cookie(Cookies.PREFERENCES)
                .map(DesktopPreferences::parse)
                .orElse(NONE);
    }

    private static DesktopPreferences parse(String cookie) {
        int bar = cookie.indexOf('|');
        return bar < 0 || cookie.length() > LONGEST_COOKIE
                ? NONE
                : new DesktopPreferences(
                        names(cookie.substring(0, bar), MOST_FAVOURITES),
                        names(cookie.substring(bar + 1), MOST_RECENT));
    }

    private static List<String> names(String text, int most) {
        List<String> names = new ArrayList<>();
        for (String name : text.split("\\.", -1)) {
            if (Desktop.NAME.matcher(name).matches() && !names.contains(name) && names.size() < most) {
                names.add(name);
            }
        }
        return names;
    }

    boolean isFavourite(String name) {
        return favourites.contains(name);
    }

    /** Makes it a favourite, or none. */
    DesktopPreferences toggled(String name) {
        List<String> changed = new ArrayList<>(favourites);
        if (!changed.remove(name)) {
            changed.add(name);
            while (changed.size() > MOST_FAVOURITES) {
                changed.removeFirst();
            }
        }
        return new DesktopPreferences(changed, recent);
    }

    /** It was used just now. */
    DesktopPreferences used(String name) {
        List<String> changed = new ArrayList<>(recent);
        changed.remove(name);
        changed.addFirst(name);
        return new DesktopPreferences(favourites, changed.subList(0, Math.min(MOST_RECENT, changed.size())));
    }

    HttpCookie cookie() {
        return Cookies.of(Cookies.PREFERENCES, String.join(".", favourites) + "|" + String.join(".", recent), LIFE);
    }

    /** The mark of {@code name}, if it is one of those used last: 0 for the last one. */
    Optional<Integer> recency(String name) {
        int place = recent.indexOf(name);
        return place < 0 ? Optional.empty() : Optional.of(place);
    }
}
