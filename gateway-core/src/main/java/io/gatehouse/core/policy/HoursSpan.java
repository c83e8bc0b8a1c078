package io.gatehouse.core.policy;

import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hours of some days of the week, as rules write them: {@code Mon-Fri 08:00-18:00}. Hours that end before they begin
 * last into the next day, and belong to the day on which they begin.
 *
 * @param days on which they begin
 * @param from minutes since midnight, 0 to 1439
 * @param to minutes since the same midnight, more than {@code from}, at most a day later
 */
public record HoursSpan(Set<DayOfWeek> days, int from, int to) {
    private static final int DAY = 24 * 60;
    private static final List<String> NAMES = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern FORM = Pattern.compile(
            "(?:([a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?){0,6}) )?([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})");
    private static final String EXPECTED =
            " (expected \"Mon-Fri 08:00-18:00\", \"Sat,Sun 10:00-14:00\" or, for every day, \"22:00-06:00\")";

    public HoursSpan {
        days = Set.copyOf(days);
    }

    /** Reads days and hours; without days, every day. */
    public static Parsed<HoursSpan> parse(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            return Parsed.faulty(Excerpt.of(text) + EXPECTED);
        }
        Optional<Set<DayOfWeek>> days = Optional.ofNullable(form.group(1))
                .map(HoursSpan::days)
                .orElseGet(() -> Optional.of(EnumSet.allOf(DayOfWeek.class)));
        int from = minutes(form.group(2));
        int to = minutes(form.group(3));
        if (days.isEmpty() || from < 0 || from >= DAY || to < 0) {
            return Parsed.faulty(Excerpt.of(text) + EXPECTED);
        }
        if (from == to) {
            return Parsed.faulty(Excerpt.of(text) + ": begins when it ends (expected \"00:00-24:00\" for whole days)");
        }
        return Parsed.valid(new HoursSpan(days.get(), from, to > from ? to : to + DAY));
    }

    private static Optional<Set<DayOfWeek>> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",", -1)) {
            int first = NAMES.indexOf(part.substring(0, 3));
            int last = NAMES.indexOf(part.substring(part.length() - 3));
            if (first < 0 || last < 0) {
                return Optional.empty();
            }
            for (int day = first; ; day = (day + 1) % NAMES.size()) {
                days.add(DayOfWeek.of(day + 1));
                if (day == last) {
                    break;
                }
            }
        }
        return Optional.of(days);
    }

    /** Minutes since midnight, -1 for what is no time; {@code 24:00} is the end of the day. */
    private static int minutes(String text) {
        int hour = Integer.parseInt(text.substring(0, 2));
        int minute = Integer.parseInt(text.substring(3));
        int minutes = hour * 60 + minute;
        return minute < 60 && minutes <= DAY ? minutes : -1;
    }

    /** When they begin, if they do on {@code day}. */
    Optional<Instant> begin(LocalDate day, ZoneId zone) {
        return days.contains(day.getDayOfWeek()) ? Optional.of(instant(day, from, zone)) : Optional.empty();
    }

    /** When they end that begin on {@code day}. */
    Instant end(LocalDate day, ZoneId zone) {
        return instant(day, to, zone);
    }

    /**
     * A time that is left out when clocks go forward is when they do so; one that comes twice is meant the first time.
     */
    private static Instant instant(LocalDate day, int minutes, ZoneId zone) {
        LocalDateTime local = day.plusDays(minutes / DAY).atTime(minutes % DAY / 60, minutes % 60);
        ZoneOffsetTransition transition = zone.getRules().getTransition(local);
        return transition != null && transition.isGap()
                ? transition.getInstant()
                : local.atZone(zone).toInstant();
    }

    @Override
    public String toString() {
        String hours = clock(from) + "-" + (to > DAY ? clock(to - DAY) : clock(to));
        return days.size() == NAMES.size()
                ? hours
                : days.stream().sorted().map(day -> name(day.getValue() - 1)).collect(Collectors.joining(",")) + " "
                        + hours;
    }

    private static String name(int day) {
        return NAMES.get(day).substring(0, 1).toUpperCase(Locale.ROOT)
                + NAMES.get(day).substring(1);
    }

    private static String clock(int minutes) {
        return "%02d:%02d".formatted(minutes / 60, minutes % 60);
    }
}
