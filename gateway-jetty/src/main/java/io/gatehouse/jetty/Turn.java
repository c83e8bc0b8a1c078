package io.gatehouse.jetty;

/**
 * One connection's turn on a thread: some reads in a row, then it gives the thread away, so that others get it too. Used by one thread
 * at a time.
 */
final class Turn {
    private static final int MOST_READS = 128;

    private int reads;

    /** Counts a read that is about to be made; when it is one too many, the turn ends and this returns true. */
    boolean isOver() {
        if (++reads <= MOST_READS) {
            return false;
        }
        end();
        return true;
    }

    /** There is nothing to read: the next turn begins afresh. */
    void end() {
        reads = 0;
    }
}
