package io.gatehouse.core.token;

import io.gatehouse.core.text.Parsed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The users whom administrators ended ({@code gatehouse user end}): a file beside the token keys, which the running
 * gateway reads. One a line, a time and an account, {@code 2026-11-29T12:00:00Z corp\alice}. Immutable.
 */
public record EndedUsers(List<Ended> all) {
    /** Nobody. */
    public static final EndedUsers NONE = new EndedUsers(List.of());

    /** How long a line stays: longer than any token can be used for the first time. */
    private static final Duration KEPT = Duration.ofDays(30);

    private static final int MOST = 10_000;

    /**
     * One user.
     *
     * @param when at that time
     * @param account as {@link io.gatehouse.core.account.NamedAccount#key}
     */
    public record Ended(Instant when, String account) {}

    public EndedUsers {
        all = List.copyOf(all);
    }

    /** Where the file is. */
    public static Path beside(Path tokenKeys) {
        return tokenKeys.resolveSibling("ended-users");
    }

    /** Reads the file. */
    public static Parsed<EndedUsers> parse(String text) {
        List<Ended> all = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            int space = line.indexOf(' ');
            if (space < 1 || line.indexOf('\\') < space) {
                return Parsed.faulty("line " + number + " (expected a time and DOMAIN\\user)");
            }
            try {
                all.add(new Ended(Instant.parse(line.substring(0, space)), line.substring(space + 1)));
            } catch (DateTimeParseException _) {
                return Parsed.faulty("line " + number + ": no time (expected 2026-11-29T12:00:00Z)");
            }
        }
        return Parsed.valid(new EndedUsers(all));
    }

    /** One more, without those that are too old to matter. */
    public EndedUsers with(Ended ended) {
        List<Ended> more = new ArrayList<>(all.stream()
                .filter(each -> each.when().plus(KEPT).isAfter(ended.when()))
                .toList());
        more.add(ended);
        return new EndedUsers(more.subList(Math.max(0, more.size() - MOST), more.size()));
    }

    /** The content of the file. */
    public String text() {
        StringBuilder text = new StringBuilder();
        all.forEach(each ->
                text.append(each.when()).append(' ').append(each.account()).append('\n'));
        return text.toString();
    }
}
