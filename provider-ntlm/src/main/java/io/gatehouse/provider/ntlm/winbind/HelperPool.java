package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A bounded number of {@link NtlmAuthHelper} processes. They are started when they are needed and ended when they were
 * not for a while; who finds all of them busy waits in a fair queue. Safe for use by many threads.
 */
final class HelperPool implements AutoCloseable {
    static final Duration IDLE_LIMIT = Duration.ofMinutes(5);
    /** Questions that may wait for each process; more are turned away at once. */
    private static final int MOST_WAITING_EACH = 32;

    private static final Duration TIDY_INTERVAL = Duration.ofMinutes(1);

    private final List<String> command;
    private final int processes;
    private final SecureRandom random;
    private final LongSupplier nanoTime;
    private final Semaphore turns;
    private final StartLimit startLimit;
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
    private final Set<NtlmAuthHelper> living = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder lost = new LongAdder();
    private final ScheduledExecutorService tidying = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ntlm_auth-tidying").factory());
    private volatile boolean closed;

    private record Idle(NtlmAuthHelper helper, long since) {}

    /**
     * An empty pool.
     *
     * @param command the program with its arguments; the protocol is added
     * @param processes how many run at one time
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    HelperPool(List<String> command, int processes, SecureRandom random, LongSupplier nanoTime) {
        this.command = List.copyOf(command);
        this.processes = processes;
        this.random = random;
        this.nanoTime = nanoTime;
        this.turns = new Semaphore(processes, true);
        this.startLimit = new StartLimit(nanoTime);
        // It ends with the executor.
        Future<?> _ = tidying.scheduleWithFixedDelay(
                this::endIdle, TIDY_INTERVAL.toSeconds(), TIDY_INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    /** Asks any process; waits for it half of the time, and for its answer until {@code deadline} at most. */
    HelperAnswer ask(HelperRequest request, Deadline deadline) {
        return inTurn(deadline.forAsking(), () -> {
            Optional<NtlmAuthHelper> rested = takeIdle();
            if (rested.isPresent()) {
                return ask(rested.get(), request, deadline, true);
            }
            return askNew(List.of(), request, deadline, true);
        });
    }

    /**
     * Asks a process that is started for this one question, with another argument.
     *
     * @param argument given to the program as it is
     */
    HelperAnswer askOnce(String argument, HelperRequest request, Deadline deadline) {
        return inTurn(deadline, () -> askNew(List.of(argument), request, deadline, false));
    }

    @FunctionalInterface
    private interface Turn {
        HelperAnswer take();
    }

    private HelperAnswer inTurn(Deadline deadline, Turn turn) {
        if (waiting.incrementAndGet() > processes * MOST_WAITING_EACH) {
            waiting.decrementAndGet();
            return none("all " + processes + " helpers are busy, and too many requests wait for them");
        }
        boolean acquired = false;
        try {
            long nanos = deadline.remainingNanos();
            acquired = nanos > 0 && turns.tryAcquire(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.decrementAndGet();
        }
        if (!acquired) {
            return none("all " + processes + " helpers were busy for " + deadline.text());
        }
        try {
            return turn.take();
        } finally {
            turns.release();
        }
    }

    private Optional<NtlmAuthHelper> takeIdle() {
        for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
            if (next.helper().isUsable()) {
                return Optional.of(next.helper());
            }
            lost.increment();
            discard(next.helper());
        }
        return Optional.empty();
    }

    private HelperAnswer askNew(List<String> arguments, HelperRequest request, Deadline deadline, boolean keep) {
        String obstacle = closed ? "the gateway closes" : startLimit.obstacle();
        if (!obstacle.isEmpty()) {
            return none(obstacle);
        }
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        NtlmAuthHelper helper;
        try {
            helper = NtlmAuthHelper.start(whole, random);
        } catch (IOException e) {
            lost.increment();
            String why = "ntlm_auth cannot be started: " + PrintableText.line(e);
            startLimit.failed(why);
            return none(why);
        }
        living.add(helper);
        if (closed) {
            discard(helper); // close() may have missed it
            return none("the gateway closes");
        }
        return ask(helper, request, deadline, keep);
    }

    private HelperAnswer ask(NtlmAuthHelper helper, HelperRequest request, Deadline deadline, boolean keep) {
        boolean whole = false;
        try {
            HelperAnswer answer = helper.ask(request, deadline);
            switch (answer) {
                case HelperAnswer.Yes _, HelperAnswer.No _ -> {
                    whole = keep;
                    startLimit.succeeded();
                }
                case HelperAnswer.None(String why, boolean fault, boolean _) -> {
                    lost.increment();
                    if (fault && !helper.isProven()) {
                        startLimit.failed(why);
                    }
                }
            }
            return answer;
        } finally {
            if (whole && !closed) {
                idle.addFirst(new Idle(helper, nanoTime.getAsLong()));
            } else {
                discard(helper);
            }
            if (closed) {
                discard(helper);
            }
        }
    }

    /** Ends processes that nobody needed for a while. */
    void endIdle() {
        long now = nanoTime.getAsLong();
        // The last one is the one that rests longest.
        for (Idle last = idle.pollLast(); last != null; last = idle.pollLast()) {
            if (now - last.since() < IDLE_LIMIT.toNanos()) {
                idle.addLast(last);
                return;
            }
            discard(last.helper());
        }
    }

    private void discard(NtlmAuthHelper helper) {
        helper.close();
        living.remove(helper);
    }

    private static HelperAnswer none(String why) {
        return new HelperAnswer.None(why, false, false);
    }

    /** How many processes there are now. */
    int living() {
        return living.size();
    }

    /** How many requests wait for their turn now. */
    int waiting() {
        return waiting.get();
    }

    /**
     * How many processes were lost: could not be started, ended by themselves, or had to be ended in the middle of a
     * question.
     */
    long lost() {
        return lost.sum();
    }

    @Override
    public void close() {
        closed = true;
        tidying.shutdownNow();
        idle.clear();
        living.forEach(this::discard);
    }
}
