package io.gatehouse.provider.local.pam;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The threads on which PAM blocks: platform threads, since a native call would pin a carrier of virtual ones, and so
 * many at most. A call that takes too long is abandoned, but nobody can end it: its thread is lost until it comes back.
 * When all are lost, callers are told at once. A call that waited for half of its time is not begun: PAM might count a
 * wrong password of which the caller learns nothing. Safe for use by many threads.
 */
final class PamThreads implements AutoCloseable {
    private static final int WAITING_PER_THREAD = 16;
    private static final Duration KEEP = Duration.ofMinutes(1);

    private final int threads;
    private final Duration timeout;
    private final Duration longestWait;
    private final ThreadPoolExecutor pool;
    private final AtomicInteger stuck = new AtomicInteger();
    private final LongAdder timeouts = new LongAdder();

    private enum State {
        WAITING,
        RUNNING,
        /** It came back, or was never begun: nothing is lost. */
        OVER,
        STUCK
    }

    PamThreads(int threads, Duration timeout, Metrics metrics) {
        this.threads = threads;
        this.timeout = timeout;
        this.longestWait = timeout.dividedBy(2);
        this.pool = new ThreadPoolExecutor(
                threads,
                threads,
                KEEP.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(threads * WAITING_PER_THREAD),
                Thread.ofPlatform().name("pam-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        metrics.gauge(
                "gatehouse_pam_threads_busy",
                "Threads on which PAM checks a password.",
                Map.of(),
                pool::getActiveCount);
        metrics.gauge(
                "gatehouse_pam_threads_stuck", "Threads that PAM has not given back in time.", Map.of(), stuck::get);
        metrics.counter(
                "gatehouse_pam_timeouts_total",
                "Password checks that PAM did not end in time.",
                Map.of(),
                timeouts::sum);
    }

    /** One call: what it does, and how far it is. */
    private final class Call implements Supplier<PamAnswer> {
        private final Supplier<PamAnswer> work;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private final long made = System.nanoTime();

        Call(Supplier<PamAnswer> work) {
            this.work = work;
        }

        @Override
        public PamAnswer get() {
            if (System.nanoTime() - made > longestWait.toNanos()) {
                return unavailable("no thread of PAM within " + longestWait.toMillis() + " ms");
            }
            if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
                return new Refused(Reason.UNAVAILABLE, "given up");
            }
            try {
                return work.get();
            } finally {
                if (state.getAndSet(State.OVER) == State.STUCK) {
                    stuck.decrementAndGet();
                }
            }
        }

        /** Nobody waits for it any more; whether it was begun. */
        boolean abandon() {
            if (state.compareAndSet(State.WAITING, State.OVER)) {
                return false;
            }
            stuck.incrementAndGet();
            if (!state.compareAndSet(State.RUNNING, State.STUCK)) {
                stuck.decrementAndGet();
            }
            return true;
        }
    }

    /**
     * Runs {@code work} on a thread and waits for it, so long at most.
     *
     * @return its answer, or why there is none
     */
    PamAnswer run(Supplier<PamAnswer> work) {
        if (stuck.get() >= threads) {
            return unavailable("PAM does not answer: all " + threads + " threads wait for it");
        }
        Call call = new Call(work);
        FutureTask<PamAnswer> task = new FutureTask<>(call::get);
        try {
            pool.execute(task);
        } catch (RejectedExecutionException full) {
            return unavailable("more than " + threads * WAITING_PER_THREAD + " sign-ins wait for PAM");
        }
        try {
            return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooLong) {
            timeouts.increment();
            boolean begun = call.abandon();
            pool.remove(task);
            String detail = "PAM does not answer within " + timeout.toMillis() + " ms";
            return begun ? new Refused(Reason.UNANSWERED, detail) : unavailable(detail);
        } catch (InterruptedException interrupted) {
            call.abandon();
            pool.remove(task);
            Thread.currentThread().interrupt();
            return unavailable("interrupted while waiting for PAM");
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the check failed", failed.getCause());
        }
    }

    /** Calls that wait for a thread. */
    int waiting() {
        return pool.getQueue().size();
    }

    private static Refused unavailable(String detail) {
        return new Refused(Reason.UNAVAILABLE, detail);
    }

    /** Takes no more calls; threads that hang do not keep the program from ending. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
