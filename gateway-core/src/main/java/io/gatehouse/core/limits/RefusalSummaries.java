package io.gatehouse.core.limits;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which refusals are written one by one and which are only counted, so that no stranger fills a disk: the first
 * ones of a kind from a source are written in full, and what repeats within the minute is told in one summary at its
 * end. Nothing is lost silently: every refusal is either written or in the count of a summary.
 *
 * <p>Memory is bounded. A source has {@value #KINDS_OF_SOURCE} kinds at a time; all further ones share one summary.
 * Beyond {@value #MOST_WINDOWS} kinds and sources at a time, all that is new shares one summary. Safe for use by many
 * threads; summaries are told without a lock held.
 */
public final class RefusalSummaries {
    /** What one source may have written in full at a time. */
    static final int KINDS_OF_SOURCE = 64;

    static final int MOST_WINDOWS = 16_384;
    /** The kind of a summary of everything that one source does beyond its share of kinds. */
    public static final String OTHER_KINDS = "refusals of other kinds";
    /** The kind of a summary of what many sources do at the same time; its client is the last of them. */
    public static final String MANY_SOURCES = "refusals of many sources";

    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final LongSupplier ticker;
    private final Consumer<Summary> teller;
    /** The oldest first, and so the one first that ends first. */
    private final LinkedHashMap<Key, Window> windows = new LinkedHashMap<>();

    private final Map<Source, Integer> kindsBySource = new HashMap<>();

    /**
     * Refusals that were counted instead of written.
     *
     * @param client where the last of them came from
     * @param kind what was refused and why, in words of the program
     * @param about whom or what they were about, for example an account; a client wrote it. Empty when it is not part
     *     of the kind
     * @param count how many, without those that were written in full
     * @param within the time in which they came
     */
    public record Summary(InetAddress client, String kind, String about, long count, Duration within) {}

    private record Key(@Nullable Source source, String kind, String about) {}

    private static final class Window {
        private final long began;
        private InetAddress client;
        private int written;
        private long repeats;

        private Window(long began, InetAddress client) {
            this.began = began;
            this.client = client;
        }
    }

    /**
     * Nothing refused yet.
     *
     * @param ticker monotonic, in nanoseconds
     * @param teller writes summaries; must not wait for anything
     */
    public RefusalSummaries(LongSupplier ticker, Consumer<Summary> teller) {
        this.ticker = ticker;
        this.teller = teller;
    }

    /**
     * Counts a refusal.
     *
     * @param kind what was refused and why, in words of the program
     * @param about whom or what it is about, where refusals about others are to be written too; empty otherwise
     * @param inFull how many of this kind are written in full
     * @return whether the caller writes this one; otherwise a summary will tell of it
     */
    public boolean isWritten(InetAddress client, String kind, String about, int inFull) {
        List<Summary> due;
        boolean written;
        synchronized (this) {
            long now = ticker.getAsLong();
            due = takeEnded(now, WINDOW.toNanos());
            Key key = key(new Source(client), kind, about);
            Window window = windows.get(key);
            if (window == null) {
                window = new Window(now, client);
                windows.put(key, window);
                if (isOfSource(key)) {
                    kindsBySource.merge(key.source(), 1, Integer::sum);
                }
            }
            written = isOfSource(key) && window.written < inFull;
            if (written) {
                window.written++;
            } else {
                window.client = client;
                window.repeats++;
            }
        }
        due.forEach(teller);
        return written;
    }

    private Key key(Source source, String kind, String about) {
        Key key = new Key(source, kind, about);
        if (windows.containsKey(key)) {
            return key;
        }
        if (windows.size() >= MOST_WINDOWS) {
            return new Key(null, MANY_SOURCES, "");
        }
        return kindsBySource.getOrDefault(source, 0) < KINDS_OF_SOURCE ? key : new Key(source, OTHER_KINDS, "");
    }

    /** Whether a window counts as one of its source's kinds: neither of the two that take what is too much. */
    private static boolean isOfSource(Key key) {
        return key.source() != null && !key.kind().equals(OTHER_KINDS);
    }

    /** Tells what the minutes that are over held; to be called every few seconds. */
    public void tellEnded() {
        tell(WINDOW.toNanos());
    }

    /** Tells everything that is counted, at the end of the gateway. */
    public void tellAll() {
        tell(0);
    }

    private void tell(long age) {
        List<Summary> due;
        synchronized (this) {
            due = takeEnded(ticker.getAsLong(), age);
        }
        due.forEach(teller);
    }

    private List<Summary> takeEnded(long now, long age) {
        List<Summary> due = new ArrayList<>();
        Iterator<Map.Entry<Key, Window>> oldest = windows.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Key, Window> entry = oldest.next();
            Key key = entry.getKey();
            Window window = entry.getValue();
            if (now - window.began < age) {
                break;
            }
            oldest.remove();
            if (isOfSource(key)) {
                kindsBySource.computeIfPresent(key.source(), (_, kinds) -> kinds > 1 ? kinds - 1 : null);
            }
            if (window.repeats > 0) {
                due.add(new Summary(
                        window.client, key.kind(), key.about(), window.repeats, Duration.ofNanos(now - window.began)));
            }
        }
        return due;
    }
}
