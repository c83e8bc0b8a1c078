package io.gatehouse.jetty.scheduling;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The work of one socket, as the scheduler counts it: when its turn on a thread began, and how much it used lately. Its
 * {@link Executor} side runs the rest of a turn that was too long, when it is the flow's turn again. Safe for use by
 * many threads.
 */
public final class Flow implements Executor {
    /** Work that belongs together shares time with the other kind, half and half, while there is too much of both. */
    enum Kind {
        /** Connections without an open channel: TLS handshakes, HTTP requests, tunnels that are being set up. */
        NEW,
        /** Connections of open channels. */
        LIVE
    }

    /** How long one flow keeps a thread while others wait; a few hundred kilobytes. */
    static final long TURN = TimeUnit.MICROSECONDS.toNanos(500);
    /**
     * A turn has so many reads however slow they are: the layers of TLS and HTTP take a second one, which gives
     * nothing, for the end of what came.
     */
    static final int READS = 8;
    /** A flow counts as interactive that uses less than one part in so many of a processor ... */
    static final int INTERACTIVE_PART = 50;
    /** ... or, after a pause, not more than this at once. */
    static final long BURST = TimeUnit.MICROSECONDS.toNanos(250);
    /**
     * What is remembered at most of a flow that used more: it is interactive again after a pause of a quarter of a
     * second.
     */
    private static final long MEMORY = TimeUnit.MILLISECONDS.toNanos(5);
    /**
     * Nanoseconds that a byte costs which other flows' turns wrote to this socket: about what encrypting and copying it
     * takes.
     */
    private static final int BYTE_COST = 1;

    private final FlowScheduler scheduler;
    private final MonotonicClock clock;
    private volatile Source source;
    private volatile Kind kind;
    private volatile long turnBegan;
    private volatile int reads = READS;
    private long paidAt;

    /** The virtual time at which it was last served; belongs to {@link FlowQueue}. */
    long finish;

    /**
     * A flow that has no turn yet.
     *
     * @param source who made the connection; it matters before a channel is open only
     */
    Flow(FlowScheduler scheduler, Kind kind, Source source) {
        this.scheduler = scheduler;
        this.source = source;
        this.clock = scheduler.clock();
        this.kind = kind;
        long now = clock.nanos();
        this.turnBegan = now - TURN;
        this.paidAt = now;
    }

    /** Its socket carries an open channel from now on. */
    public void channelOpened() {
        kind = Kind.LIVE;
    }

    /** Its connection is of another source than it seemed. */
    void belongsTo(Source other) {
        source = other;
    }

    Source source() {
        return source;
    }

    Kind kind() {
        return kind;
    }

    /** Runs {@code rest} when it is this flow's turn. */
    @Override
    public void execute(Runnable rest) {
        scheduler.execute(this, rest);
    }

    /** Runs {@code task} as a turn of this flow, on the calling thread; returns how much processor time it took. */
    long run(Runnable task) {
        long before = scheduler.processorTime().nanos();
        turnBegan = clock.nanos();
        reads = 0;
        task.run();
        long took = scheduler.processorTime().nanos() - before;
        used(took);
        return took;
    }

    /** Whether whoever works for this flow has had a thread long enough and should {@link #execute} the rest. */
    public boolean turnIsOver() {
        return clock.nanos() - turnBegan >= TURN;
    }

    /** Counts a read of the socket that is about to be made; false when there was enough for one turn. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time reads a socket
    boolean mayRead() {
        return ++reads <= READS || !turnIsOver();
    }

    /** Counts bytes that were written to the socket, in whoever's turn. */
    void wrote(long bytes) {
        used(bytes * BYTE_COST);
    }

    private synchronized void used(long nanos) {
        long now = clock.nanos();
        long owed = Math.max(0, paidAt - now) + nanos * INTERACTIVE_PART;
        paidAt = now + Math.min(owed, MEMORY * INTERACTIVE_PART);
    }

    /** Whether it used little lately: a person's keys and mouse, and a desktop that changes here and there. */
    synchronized boolean isInteractive() {
        return paidAt - clock.nanos() < BURST * INTERACTIVE_PART;
    }
}
