package io.gatehouse.jetty.work;

import io.gatehouse.api.CpuWork;
import io.gatehouse.core.limits.CpuPlaces;
import io.gatehouse.core.limits.FairQueue;
import io.gatehouse.core.limits.Rank;
import io.gatehouse.core.net.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A few platform threads on which password hashes and signatures are computed, so that neither the carriers of the
 * virtual threads, on which everybody signs in, nor the threads of the tunnels are kept busy by them. One core at least
 * is left to those where there is more than one. Sources take turns, see {@link FairQueue}. Safe for use by many
 * threads.
 */
public final class CpuPool implements CpuPlaces, AutoCloseable {
    /** A hash of argon2 takes 64 MiB while it is computed. */
    private static final int MOST_THREADS = 4;

    private static final int MOST_WAITING = 1024;
    private static final int MOST_WAITING_OF_SOURCE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Duration patience;
    private final int mostOfSource;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition offered = lock.newCondition();
    private final FairQueue<FutureTask<@Nullable Void>> waiting;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder refused = new LongAdder();
    private boolean closed;

    /** As many threads as this machine's cores allow. */
    public CpuPool() {
        this(threads(Runtime.getRuntime().availableProcessors()), MOST_WAITING, MOST_WAITING_OF_SOURCE, PATIENCE);
    }

    /**
     * So many threads.
     *
     * @param mostWaiting of one rank
     * @param mostOfSource of one source and rank
     * @param patience how long a computation waits for its turn at most
     */
    CpuPool(int threads, int mostWaiting, int mostOfSource, Duration patience) {
        this.patience = patience;
        this.mostOfSource = mostOfSource;
        this.waiting = new FairQueue<>(mostWaiting, mostOfSource);
        for (int number = 0; number < threads; number++) {
            this.threads.add(Thread.ofPlatform().name("cpu-" + number).daemon().start(this::work));
        }
    }

    static int threads(int cores) {
        return Math.clamp(cores - 1L, 1, MOST_THREADS);
    }

    @Override
    public CpuWork of(Source source, Rank rank) {
        return work -> run(source, rank, work);
    }

    /** How many computations wait for their turn. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many computations were not begun, ever. */
    public long refused() {
        return refused.sum();
    }

    private void run(Source source, Rank rank, Runnable work) {
        FutureTask<@Nullable Void> task = new FutureTask<>(work, null);
        offer(source, rank, task);
        try {
            await(source, rank, task);
        } catch (InterruptedException e) {
            withdraw(source, rank, task);
            Thread.currentThread().interrupt();
            throw busy("interrupted while a computation was waited for");
        } catch (CancellationException e) {
            throw busy("the gateway stops");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException("a runnable threw a checked exception", e);
            }
        }
    }

    private void offer(Source source, Rank rank, FutureTask<@Nullable Void> task) {
        lock.lock();
        try {
            if (closed) {
                throw busy("the gateway stops");
            }
            if (!waiting.offer(source, rank, task)) {
                throw busy("%d computations wait, and at most %d of one source may"
                        .formatted(waiting.size(), mostOfSource));
            }
            offered.signal();
        } finally {
            lock.unlock();
        }
    }

    private void await(Source source, Rank rank, FutureTask<@Nullable Void> task)
            throws InterruptedException, ExecutionException {
        try {
            task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (withdraw(source, rank, task)) {
                throw busy("no turn to compute within " + patience.toMillis() + " ms");
            }
            task.get();
        }
    }

    /** Whether {@code task} still waited, so that it will not be begun. */
    private boolean withdraw(Source source, Rank rank, FutureTask<@Nullable Void> task) {
        lock.lock();
        try {
            return waiting.remove(source, rank, task);
        } finally {
            lock.unlock();
        }
    }

    private CpuWork.BusyException busy(String why) {
        refused.increment();
        return new CpuWork.BusyException(why);
    }

    private void work() {
        try {
            while (true) {
                Optional<FutureTask<@Nullable Void>> next = next();
                if (next.isEmpty()) {
                    return;
                }
                next.get().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next task; empty when there will be none. */
    private Optional<FutureTask<@Nullable Void>> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<FutureTask<@Nullable Void>> next = waiting.poll();
            while (next.isEmpty() && !closed) {
                offered.await();
                next = waiting.poll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Begins no more computations; those that wait are refused. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (var left = waiting.poll(); left.isPresent(); left = waiting.poll()) {
                left.get().cancel(false);
            }
            offered.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
