package io.gatehouse.jetty.scheduling;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.scheduling.FlowQueue.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As many threads as there are processors, which serve the flows in the order of {@link FlowQueue}, a turn at a time.
 * Selectors give their work to it, except that of interactive flows: so nothing that a client can prolong runs on a
 * selector. Safe for use by many threads.
 */
public final class FlowScheduler extends AbstractLifeCycle {
    private static final Logger LOG = LoggerFactory.getLogger(FlowScheduler.class);
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    private final FlowQueue queue = new FlowQueue();
    private final List<Thread> threads = new ArrayList<>();
    private final MonotonicClock clock;
    private final MonotonicClock processorTime;
    private final int size;
    private int sleeping;
    private boolean stopped;
    private volatile boolean idle = true;

    /**
     * A scheduler with {@code size} threads.
     *
     * @param clock ends turns
     * @param processorTime of the calling thread: what a flow is charged. By the other clock a flow would pay for the
     *     time in which the kernel gave the processor to somebody else, and wait for it
     */
    public FlowScheduler(MonotonicClock clock, MonotonicClock processorTime, int size) {
        this.clock = clock;
        this.processorTime = processorTime;
        this.size = size;
    }

    @Override
    protected void doStart() {
        for (int index = 0; index < size; index++) {
            threads.add(
                    Thread.ofPlatform().daemon().name("gateway-flows-" + index).start(this::serve));
        }
    }

    @Override
    protected void doStop() throws InterruptedException {
        lock.lock();
        try {
            stopped = true;
            ready.signalAll();
        } finally {
            lock.unlock();
        }
        for (Thread thread : threads) {
            thread.join(STOP_MILLIS);
        }
    }

    MonotonicClock clock() {
        return clock;
    }

    MonotonicClock processorTime() {
        return processorTime;
    }

    /** Whether nobody waits and nobody is served. */
    boolean isIdle() {
        return idle;
    }

    void execute(Flow flow, Runnable task) {
        lock.lock();
        try {
            if (stopped) {
                throw new RejectedExecutionException("stopped");
            }
            queue.add(flow, task);
            idle = false;
            if (sleeping > 0) {
                ready.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // nothing depends on it but how long a selector waits for the only processor
    private void serve() {
        Work work = next(null, 0);
        while (work != null) {
            long took = run(work);
            work = next(work, took);
            // A selector that woke up meanwhile is on before the next turn, not when the kernel takes the processor
            // away.
            Thread.yield();
        }
    }

    private static long run(Work work) {
        long[] took = {0};
        try {
            took[0] = work.flow().run(work.task());
        } catch (Throwable failure) {
            LOG.atError().setCause(failure).log("a task of a connection failed");
        }
        return took[0];
    }

    /** Counts what was done and waits for the next; null when it is over. */
    private @Nullable Work next(@Nullable Work done, long took) {
        lock.lock();
        try {
            if (done != null) {
                queue.served(done, took);
            }
            while (true) {
                Work work = queue.take();
                if (work != null || stopped) {
                    return work;
                }
                sleeping++;
                idle = sleeping == size;
                ready.awaitUninterruptibly();
                sleeping--;
            }
        } finally {
            lock.unlock();
        }
    }
}
