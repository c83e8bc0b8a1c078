package io.gatehouse.jetty.activity;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.audit.AuditRecord;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The last audit events, for pages of administrators; the audit log has them all. Those of strangers, the
 * failures of users and all others are kept apart, so that none of them pushes the others out. Bounded in number and in
 * memory; safe for use by many threads.
 */
public final class RecentEvents implements AuditLog {
    /** Most events of each kind. */
    public static final int MOST = 5_000;
    /** Most characters in the fields of the events of each kind. */
    private static final long MOST_CHARACTERS = 4L * 1024 * 1024;

    private final Clock clock;
    private final boolean isKept;
    private final Ring strangers = new Ring();
    private final Ring failures = new Ring();
    private final Ring others = new Ring();
    private long last;

    /**
     * An event.
     *
     * @param number grows with each event
     */
    public record Entry(long number, AuditRecord event) {
        /** Whether something was refused or failed. */
        public boolean isFailure() {
            return event.text("event.outcome").filter("failure"::equals).isPresent();
        }
    }

    private static final class Ring {
        private final Deque<Entry> entries = new ArrayDeque<>();
        private long characters;

        void add(Entry entry) {
            entries.addLast(entry);
            characters += weight(entry.event());
            while (entries.size() > MOST || characters > MOST_CHARACTERS) {
                characters -= weight(entries.removeFirst().event());
            }
        }
    }

    /**
     * No events yet.
     *
     * @param isKept false where no page shows them: then nothing is kept
     */
    public RecentEvents(Clock clock, boolean isKept) {
        this.clock = clock;
        this.isKept = isKept;
    }

    private static long weight(AuditRecord event) {
        return event.fields().values().stream()
                .mapToLong(value -> String.valueOf(value).length())
                .sum();
    }

    @Override
    public void record(AuditEvent event) {
        if (isKept) {
            keep(AuditRecord.of(event, clock.instant()), event.isOfStranger());
        }
    }

    private synchronized void keep(AuditRecord event, boolean ofStranger) {
        Entry entry = new Entry(++last, event);
        Ring ring = entry.isFailure() ? failures : others;
        (ofStranger ? strangers : ring).add(entry);
    }

    /** Those that {@code filter} accepts, the newest first. */
    public List<Entry> newest(Predicate<Entry> filter) {
        List<Entry> all = new ArrayList<>();
        synchronized (this) {
            all.addAll(strangers.entries);
            all.addAll(failures.entries);
            all.addAll(others.entries);
        }
        return all.stream()
                .filter(filter)
                .sorted(Comparator.comparingLong(Entry::number).reversed())
                .toList();
    }
}
