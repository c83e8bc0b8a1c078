package io.gatehouse.core.limits;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What waits for a turn, of many sources. The sources of one rank take turns, however much each of them has waiting; of four turns
 * two are for sources that signed in before, one for new ones and one for those that guessed wrong, and a turn that its rank does not
 * need goes to the first rank that does. So nobody starves, and a flood of strangers costs a source that signed in before no more
 * than every second turn. Not safe for use by many threads.
 *
 * @param <T> what waits
 */
public final class FairQueue<T> {
    private static final List<Rank> TURNS =
            List.of(Rank.SIGNED_IN_BEFORE, Rank.NEW, Rank.SIGNED_IN_BEFORE, Rank.GUESSED_WRONG);

    private final int most;
    private final int mostOfSource;
    private final Map<Rank, Waiting<T>> ranks = new EnumMap<>(Rank.class);
    private int turn;

    /** Those of one rank; the source whose turn is next comes first. */
    private static final class Waiting<T> {
        private final LinkedHashMap<Source, Deque<T>> sources = new LinkedHashMap<>();
        private int size;

        boolean offer(Source source, T element, int most, int mostOfSource) {
            int ofSource =
                    Optional.ofNullable(sources.get(source)).map(Deque::size).orElse(0);
            if (size >= most || ofSource >= mostOfSource) {
                return false;
            }
            sources.computeIfAbsent(source, _ -> new ArrayDeque<>()).add(element);
            size++;
            return true;
        }

        T take() {
            Map.Entry<Source, Deque<T>> next = sources.pollFirstEntry();
            T element = next.getValue().remove();
            if (!next.getValue().isEmpty()) {
                sources.putLast(next.getKey(), next.getValue());
            }
            size--;
            return element;
        }

        boolean remove(Source source, T element) {
            Deque<T> ofSource = sources.get(source);
            if (ofSource == null || !ofSource.remove(element)) {
                return false;
            }
            if (ofSource.isEmpty()) {
                sources.remove(source);
            }
            size--;
            return true;
        }
    }

    /**
     * An empty queue.
     *
     * @param most how much may wait of one rank
     * @param mostOfSource how much of one source and rank
     */
    public FairQueue(int most, int mostOfSource) {
        this.most = most;
        this.mostOfSource = mostOfSource;
        for (Rank rank : Rank.values()) {
            ranks.put(rank, new Waiting<>());
        }
    }

    /** Lets {@code element} wait; false when the source or the rank has too much waiting already. */
    public boolean offer(Source source, Rank rank, T element) {
        return waiting(rank).offer(source, element, most, mostOfSource);
    }

    /** Takes out whose turn it is. */
    public Optional<T> poll() {
        if (size() == 0) {
            return Optional.empty();
        }
        Waiting<T> next = waiting(TURNS.get(turn));
        turn = (turn + 1) % TURNS.size();
        return Optional.of(next.size > 0 ? next.take() : first().take());
    }

    private Waiting<T> first() {
        return ranks.values().stream().filter(each -> each.size > 0).findFirst().orElseThrow();
    }

    /** Takes out {@code element}; false when it does not wait any more. */
    public boolean remove(Source source, Rank rank, T element) {
        return waiting(rank).remove(source, element);
    }

    /** How much waits. */
    public int size() {
        return ranks.values().stream().mapToInt(each -> each.size).sum();
    }

    private Waiting<T> waiting(Rank rank) {
        Waiting<T> waiting = ranks.get(rank);
        if (waiting == null) {
            throw new IllegalStateException("no queue for " + rank);
        }
        return waiting;
    }
}
