package io.gatehouse.core.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks the chain of an audit log, line by line in the order in which they were written, over all its files. For one
 * thread.
 */
public final class AuditVerifier {
    /** Further ones are counted. */
    private static final int MOST_TOLD = 100;

    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long found;
    private long lines;
    private @Nullable AuditChain last;
    /** Lines without a place, since the last one that has one. */
    private @Nullable String torn;

    /**
     * Takes the next line.
     *
     * @param place where it stands, for messages: {@code audit.jsonl:17}
     * @param line without line end
     */
    public void line(String place, String line) {
        Optional<AuditChain.Place> its = AuditChain.Place.of(line);
        if (its.isEmpty()) {
            torn = torn == null ? place : torn;
            return;
        }
        lines++;
        AuditChain.Place here = its.get();
        AuditChain before = last;
        if (before == null) {
            first(place, here);
        } else if (here.sequence() != before.sequence() + 1) {
            gap(place, here, before);
        } else if (!here.followsOn(before.hash())) {
            problem(place, "the line, or the one before it, was changed");
        } else if (torn != null) {
            note(torn, "not whole, as a full disk or a crash leaves a line; no line is missing");
        }
        torn = null;
        last = here.chain();
    }

    private void first(String place, AuditChain.Place here) {
        if (torn != null) {
            problem(
                    torn,
                    "no line of a chained audit log (expected rdgw.audit.sequence and rdgw.audit.hash at its end)");
        }
        Optional<String> from = here.sequence() == 1 ? Optional.of(AuditChain.EMPTY.hash()) : here.previous();
        if (from.isEmpty()) {
            note(
                    place,
                    "begins with line " + here.sequence() + " of the log; whether that line itself was changed is not"
                            + " known without the one before it");
        } else if (!here.followsOn(from.get())) {
            problem(place, "the line was changed");
        } else if (here.sequence() > 1) {
            note(place, "begins with line " + here.sequence() + " of the log; older ones were not given");
        }
    }

    private void gap(String place, AuditChain.Place here, AuditChain before) {
        if (here.sequence() == 1 && here.followsOn(AuditChain.EMPTY.hash())) {
            problem(
                    place,
                    "a new log begins after line " + before.sequence()
                            + " (expected only where its last file was not found at a start)");
        } else if (here.sequence() <= before.sequence()) {
            problem(
                    place,
                    "line %d of the log stands behind line %d: lines were moved or repeated"
                            .formatted(here.sequence(), before.sequence()));
        } else {
            long missing = here.sequence() - before.sequence() - 1;
            problem(
                    torn == null ? place : torn,
                    missing == 1
                            ? "line %d of the log is missing or was made unreadable".formatted(before.sequence() + 1)
                            : "lines %d to %d of the log are missing or were made unreadable"
                                    .formatted(before.sequence() + 1, here.sequence() - 1));
        }
    }

    private void problem(String place, String what) {
        found++;
        if (problems.size() < MOST_TOLD) {
            problems.add(place + ": " + what);
        }
    }

    private void note(String place, String what) {
        if (notes.size() < MOST_TOLD) {
            notes.add(place + ": " + what);
        }
    }

    /** What is wrong with the log; at most 100 of {@link #found}. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What is to be known, and does not speak against the log. */
    public List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        if (torn != null && lines > 0) {
            all.add(torn + ": not whole, as a full disk or a crash leaves the last line");
        }
        return all;
    }

    /** How many problems there are. */
    public long found() {
        return found;
    }

    /** Lines that have a place in the chain. */
    public long lines() {
        return lines;
    }

    /** The last line: whether lines behind it were cut off is not to be seen from the log. */
    public Optional<AuditChain> end() {
        return Optional.ofNullable(last);
    }
}
