package io.gatehouse.jetty.portal;

import io.gatehouse.core.portal.Desktop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The desktops that a browser's user marked, and those used last. The browser keeps them; they are names only, and show nothing that
 * the user may not use.
 *
 * @param favourites names, in the order in which they were marked
 * @param recent names, the last used first
 */
record Marks(List<String> favourites, List<String> recent) {
    static final Marks NONE = new Marks(List.of(), List.of());

    private static final int MOST_FAVOURITES = 32;
    private static final int MOST_RECENT = 4;
    private static final int LONGEST_COOKIE = 3600;
    private static final Duration LIFE = Duration.ofDays(400);

    Marks {
        favourites = List.copyOf(favourites);
        recent = List.copyOf(recent);
    }

    static Marks of(Exchange exchange) {
        return exchange.cookie(Cookies.MARKS).map(Marks::parse).orElse(NONE);
    }

    private static Marks parse(String cookie) {
        int bar = cookie.indexOf('|');
        return bar < 0 || cookie.length() > LONGEST_COOKIE
                ? NONE
                : new Marks(
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

    /** Marks it, or takes its mark away. */
    Marks toggled(String name) {
        List<String> changed = new ArrayList<>(favourites);
        if (!changed.remove(name)) {
            changed.add(name);
            while (changed.size() > MOST_FAVOURITES) {
                changed.removeFirst();
            }
        }
        return new Marks(changed, recent);
    }

    /** It was used just now. */
    Marks used(String name) {
        List<String> changed = new ArrayList<>(recent);
        changed.remove(name);
        changed.addFirst(name);
        return new Marks(favourites, changed.subList(0, Math.min(MOST_RECENT, changed.size())));
    }

    Cookies.Cookie cookie() {
        return Cookies.of(Cookies.MARKS, String.join(".", favourites) + "|" + String.join(".", recent), LIFE);
    }

    /** The mark of {@code name}, if it is one of those used last: 0 for the last one. */
    Optional<Integer> recency(String name) {
        int place = recent.indexOf(name);
        return place < 0 ? Optional.empty() : Optional.of(place);
    }
}
