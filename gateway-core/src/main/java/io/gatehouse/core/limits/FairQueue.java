package io.gatehouse.core.limits;

import io.gatehouse.core.net.Source;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What waits for a turn, of many sources. The sources of one rank take turns, however much each of them has waiting; of
 * four turns two are for sources that signed in before, one for new ones and one for those that guessed wrong, and a
 * turn that its rank does not need goes to the first rank that does. So nobody starves, and a flood of strangers costs
 * a source that signed in before no more than every second turn. Not safe for use by many threads.
 *
 * @param <T> what waits
 */
public final class FairQueue<T> {
    private static final List<Rank> TURNS =
            List.of(Rank.SIGNED_IN_BEFORE, Rank.NEW, Rank.SIGNED_IN_BEFORE, Rank.GUESSED_WRONG);

    private final int most;
    private final int mostOfSource;
    private final Map<Rank, SourceTurns<T>> ranks = new EnumMap<>(Rank.class);
    private int turn;

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
            ranks.put(rank, new SourceTurns<>());
        }
    }

    /** Lets {@code element} wait; false when the source or the rank has too much waiting already. */
    public boolean offer(Source source, Rank rank, T element) {
        SourceTurns<T> ofRank = waiting(rank);
        if (ofRank.size() >= most || ofRank.sizeOf(source) >= mostOfSource) {
            return false;
        }
        ofRank.add(source, element);
        return true;
    }

    /** Takes out whose turn it is. */
    public Optional<T> poll() {
        if (size() == 0) {
            return Optional.empty();
        }
        SourceTurns<T> next = waiting(TURNS.get(turn));
        turn = (turn + 1) % TURNS.size();
        return Optional.of(next.size() > 0 ? next.take() : first().take());
    }

    private SourceTurns<T> first() {
        return ranks.values().stream()
                .filter(each -> each.size() > 0)
                .findFirst()
                .orElseThrow();
    }

    /** Takes out {@code element}; false when it does not wait any more. */
    public boolean remove(Source source, Rank rank, T element) {
        return waiting(rank).remove(source, element);
    }

    /** How much waits. */
    public int size() {
        return ranks.values().stream().mapToInt(SourceTurns::size).sum();
    }

    private SourceTurns<T> waiting(Rank rank) {
        SourceTurns<T> waiting = ranks.get(rank);
        if (waiting == null) {
            throw new IllegalStateException("no queue for " + rank);
        }
        return waiting;
    }
}
