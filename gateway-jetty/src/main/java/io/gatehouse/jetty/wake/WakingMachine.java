package io.gatehouse.jetty.wake;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One machine that is being woken: sends a packet, asks the port, and does so again until the port answers or the time
 * is over. In between a timer runs, and no thread waits. Safe for use by many threads.
 */
public final class WakingMachine {
    /** Cards miss packets while the machine is still on its way to sleep. */
    private static final Duration BETWEEN_PACKETS = Duration.ofSeconds(2);
    /** How long a port is asked. */
    static final Duration PATIENCE = Duration.ofMillis(1500);

    private static final int MOST_ADDRESSES = 4;

    private final Wakeable wakeable;
    private final Target target;
    private final List<InetAddress> addresses;
    private final Services services;
    private final long began;
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    private volatile boolean commandRuns;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<String> unsent = Optional.empty();

    /**
     * What it uses.
     *
     * @param executor of virtual threads
     */
    record Services(MonotonicClock time, Executor executor, Scheduler scheduler, WakeProgram programs) {}

    /**
     * A machine for which nothing is done yet.
     *
     * @param target host and port that are waited for
     * @param addresses of the host that the rules allow
     */
    WakingMachine(Wakeable wakeable, Target target, List<InetAddress> addresses, Services services) {
        this.wakeable = wakeable;
        this.target = target;
        this.addresses = List.copyOf(addresses.subList(0, Math.min(addresses.size(), MOST_ADDRESSES)));
        this.services = services;
        this.began = services.time().nanos();
        this.commandRuns = wakeable.command().isPresent();
    }

    /**
     * Begins.
     *
     * @param commandEnded runs when its command has ended, if it has one
     */
    void begin(Runnable commandEnded) {
        wakeable.command()
                .ifPresent(command -> execute(() -> {
                    try {
                        Optional<String> failure = services.programs()
                                .run(
                                        command,
                                        Map.of(
                                                "GATEHOUSE_DESKTOP", wakeable.desktop(),
                                                "GATEHOUSE_HOST", target.host(),
                                                "GATEHOUSE_PORT", String.valueOf(target.port())));
                        failure.ifPresent(this::failed);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        answered.complete(false);
                    } finally {
                        commandRuns = false;
                        commandEnded.run();
                    }
                }));
        execute(this::turn);
    }

    private void execute(Runnable task) {
        try {
            services.executor().execute(task);
        } catch (RejectedExecutionException stopping) {
            answered.complete(false);
        }
    }

    /** Nothing else wakes a machine without packets. */
    private void failed(String why) {
        problem = Optional.of(why);
        if (wakeable.packet().isEmpty()) {
            answered.complete(false);
        }
    }

    private void turn() {
        try {
            if (answered.isDone()) {
                return;
            }
            send();
            if (answers()) {
                answered.complete(true);
            } else if (age().compareTo(wakeable.patience()) >= 0) {
                answered.complete(false);
            } else {
                var _ = services.scheduler()
                        .schedule(() -> execute(this::turn), BETWEEN_PACKETS.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (RuntimeException e) {
            problem = Optional.of(PrintableText.line(e));
            answered.complete(false);
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

    private boolean answers() {
        return addresses.stream()
                .anyMatch(address -> WakeSocket.answers(new InetSocketAddress(address, target.port()), PATIENCE));
    }

    /** Is done when the port answers (true), or when its time is over or it failed (false). */
    CompletableFuture<Boolean> answered() {
        return answered;
    }

    /** Whether its command runs. */
    boolean commandRuns() {
        return commandRuns;
    }

    /** How long it is being woken. */
    Duration age() {
        return Duration.ofNanos(services.time().nanos() - began);
    }

    /** Why it does not answer, or has not answered yet; for logs only. */
    public String why() {
        return problem.or(() -> unsent)
                .orElseGet(() -> "no answer from port " + target.port() + " " + age().toSeconds()
                        + " s after it was woken"
                        + (answered.isDone()
                                ? ""
                                : ", which is tried until "
                                        + wakeable.patience().toSeconds() + " s (wake-wait)"));
    }

    /** Waits for its answer, {@code nanos} at most. */
    public boolean awaitAnswer(long nanos) throws InterruptedException {
        try {
            return answered.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
