package io.gatehouse.jetty.wake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Target;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * What is known of the ports of machines. However many users look at however many pages, a port is asked again only
 * after {@link #LASTS}, and only so many are asked at one time: the others are unknown until the next look. Safe for
 * use by many threads.
 */
final class MachineStates {
    /** How long pages show the same state without asking the port again. */
    private static final Duration LASTS = Duration.ofSeconds(15);

    private static final int MOST_KNOWN = 4096;
    private static final int MOST_AT_ONE_TIME = 128;

    private final Executor executor;
    private final Cache<Question, CompletableFuture<MachineState>> known;
    private final Semaphore places = new Semaphore(MOST_AT_ONE_TIME);

    /** Users whom the rules allow other addresses of a host get an answer of their own. */
    private record Question(Target target, List<InetAddress> addresses) {}

    MachineStates(MonotonicClock time, Executor executor) {
        this.executor = executor;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST_KNOWN)
                .expireAfterWrite(LASTS)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** It is asked again the next time. */
    void forget(Target target) {
        known.asMap().keySet().removeIf(question -> question.target().equals(target));
    }

    /** What is known of {@code target}, or will be when its port has answered. */
    CompletableFuture<MachineState> of(Target target, List<InetAddress> addresses) {
        Question question = new Question(target, List.copyOf(addresses));
        CompletableFuture<MachineState> before = known.getIfPresent(question);
        if (before != null) {
            return before;
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(MachineState.UNKNOWN);
        }
        CompletableFuture<MachineState> asked = new CompletableFuture<>();
        CompletableFuture<MachineState> other = known.asMap().putIfAbsent(question, asked);
        if (other != null) {
            places.release();
            return other;
        }
        try {
            executor.execute(() -> ask(target, addresses, asked));
        } catch (RejectedExecutionException stopping) {
            places.release();
            asked.complete(MachineState.UNKNOWN);
        }
        return asked;
    }

    private void ask(Target target, List<InetAddress> addresses, CompletableFuture<MachineState> asked) {
        try {
            boolean answers = WakeSocket.answers(addresses, target.port(), WakingMachine.PATIENCE, executor);
            asked.complete(answers ? MachineState.ON : MachineState.OFF);
        } finally {
            places.release();
            asked.complete(MachineState.UNKNOWN); // unless it is known
        }
    }
}
