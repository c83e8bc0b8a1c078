package io.gatehouse.jetty.wake;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One machine that is being woken: asks its port, and if that does not answer, sends a packet and asks again until the
 * port answers or the time is over. In between a timer runs, and no thread waits. Safe for use by many threads.
 */
public final class WakingMachine {
    /** Cards miss packets while the machine is still on its way to sleep. */
    private static final Duration BETWEEN_PACKETS = Duration.ofSeconds(2);
    /** How long a port is asked. */
    static final Duration PATIENCE = Duration.ofMillis(1500);

    private final Wakeable wakeable;
    private final Target target;
    /** Those of all users who wait for it. */
    private final Set<InetAddress> addresses = new CopyOnWriteArraySet<>();

    private final String user;
    private final Services services;
    private final Observer observer;
    private final long began;
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    /** Whether {@link Observer#begun} was called; done before {@link #answered} unless that call is under way. */
    private final CompletableFuture<Boolean> told = new CompletableFuture<>();
    /** Whether it is decided what {@link #told} becomes. */
    private final AtomicBoolean decided = new AtomicBoolean();

    private final CompletableFuture<Boolean> ended;
    private volatile boolean commandRuns;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<String> unsent = Optional.empty();

    /**
     * What it uses.
     *
     * @param executor of virtual threads
     */
    record Services(MonotonicClock time, Executor executor, Scheduler scheduler, WakeProgram programs) {}

    /** Hears what becomes of it, on any thread. */
    interface Observer {
        /** Its port does not answer: packets and command follow. */
        void begun();

        /**
         * Its port answers, or its time is over or it failed.
         *
         * @param wasBegun false when nothing was done, since it was awake before or was given up
         */
        void ended(WakingMachine machine, boolean awake, boolean wasBegun);

        /**
         * Its command has ended.
         *
         * @param failure why it failed, if that is in no line about its end
         */
        void commandEnded(WakingMachine machine, Optional<String> failure);
    }

    /**
     * A machine for which nothing is done yet.
     *
     * @param target host and port that are waited for
     * @param addresses of the host that the rules allow
     * @param user the key of the user for whom it is woken
     */
    WakingMachine(
            Wakeable wakeable,
            Target target,
            List<InetAddress> addresses,
            String user,
            Services services,
            Observer observer) {
        this.wakeable = wakeable;
        this.target = target;
        this.addresses.addAll(addresses);
        this.user = user;
        this.services = services;
        this.observer = observer;
        this.began = services.time().nanos();
        this.ended = answered.thenCombine(told, (awake, wasBegun) -> {
            observer.ended(this, awake, wasBegun);
            return awake;
        });
    }

    /** Begins. */
    void begin() {
        execute(this::firstTurn);
    }

    private void firstTurn() {
        if (answers()) {
            end(true);
        } else if (decided.compareAndSet(false, true)) {
            try {
                observer.begun();
            } finally {
                told.complete(true);
            }
            if (!isAnswered()) {
                startCommand();
                turn();
            }
        }
    }

    private void startCommand() {
        wakeable.command().ifPresent(command -> {
            commandRuns = true;
            var _ = answered.thenRun(services.programs()::lookAgain);
            execute(() -> {
                Optional<String> untold = Optional.empty();
                try {
                    WakeProgram.Order order = new WakeProgram.Order(
                            user,
                            wakeable.patience().minus(age()),
                            () -> !isAnswered(),
                            Map.of(
                                    "GATEHOUSE_DESKTOP", wakeable.desktop(),
                                    "GATEHOUSE_HOST", target.host(),
                                    "GATEHOUSE_PORT", String.valueOf(target.port())));
                    untold = services.programs().run(command, order).filter(why -> !isTold(why));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    giveUp(Waker.STOPS);
                } finally {
                    commandRuns = false;
                    observer.commandEnded(this, untold);
                }
            });
        });
    }

    private void execute(Runnable task) {
        try {
            services.executor().execute(() -> orGiveUp(task));
        } catch (RejectedExecutionException stopping) {
            commandRuns = false;
            giveUp(Waker.STOPS);
        }
    }

    private void orGiveUp(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // whatever it is: nobody else would end it, and the machine could not be woken again
            giveUp(PrintableText.line(e));
        }
    }

    /**
     * Keeps why its command failed for the line about its end, which is now if nothing else wakes the machine.
     *
     * @return false when that line was written before
     */
    private boolean isTold(String why) {
        if (isAnswered()) {
            return false;
        }
        problem = Optional.of(why);
        if (isAnswered()) {
            return false; // the line may have been written meanwhile
        }
        if (wakeable.packet().isEmpty()) {
            end(false);
        }
        return true;
    }

    /** Wakes it no longer. */
    void giveUp(String why) {
        if (!answered.isDone()) {
            problem = Optional.of(why);
            end(false);
        }
    }

    private void end(boolean awake) {
        if (decided.compareAndSet(false, true)) {
            told.complete(false);
        }
        answered.complete(awake);
    }

    private void turn() {
        if (answered.isDone()) {
            return;
        }
        long next = services.time().in(BETWEEN_PACKETS);
        send();
        if (answers()) {
            end(true);
        } else if (age().compareTo(wakeable.patience()) >= 0) {
            end(false);
        } else {
            var _ = services.scheduler()
                    .schedule(
                            () -> execute(this::turn),
                            Math.max(0, next - services.time().nanos()),
                            TimeUnit.NANOSECONDS);
        }
    }

    private void send() {
        wakeable.packet().ifPresent(packet -> {
            try {
                WakeSocket.send(packet);
                unsent = Optional.empty();
            } catch (IOException e) {
                unsent = Optional.of("no packet can be sent to " + packet.to() + ": " + PrintableText.line(e));
            }
        });
    }

    /** Asks further addresses, too: those that the rules allow to another user who waits for it. */
    void alsoAsk(List<InetAddress> others) {
        addresses.addAll(others);
    }

    private boolean answers() {
        return WakeSocket.answers(List.copyOf(addresses), target.port(), PATIENCE, services.executor());
    }

    /** Whether its port answered, or will not any more. */
    boolean isAnswered() {
        return answered.isDone();
    }

    /** Whether its observer has heard of its end. */
    boolean isEnded() {
        return ended.isDone();
    }

    /** Whether its command runs. */
    boolean commandRuns() {
        return commandRuns;
    }

    /** The key of the user for whom it is woken. */
    String user() {
        return user;
    }

    /** How long it is being woken. */
    Duration age() {
        return Duration.ofNanos(services.time().nanos() - began);
    }

    /** What went wrong on the way, also if it answers; for logs only. */
    Optional<String> problem() {
        return problem;
    }

    /** Why it does not answer, or has not answered yet; for logs only. */
    public String why() {
        return problem.or(() -> unsent)
                .orElseGet(() -> "no answer from port " + target.port() + " " + age().toSeconds()
                        + " s after it was woken"
                        + (isAnswered()
                                ? ""
                                : ", which is tried until "
                                        + wakeable.patience().toSeconds() + " s (wake-wait)")
                        + (commandRuns ? ", and its command has not ended" : ""));
    }

    /** Waits for its answer, {@code nanos} at most. */
    public boolean awaitAnswer(long nanos) throws InterruptedException {
        try {
            return ended.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
