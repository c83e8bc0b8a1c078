package io.gatehouse.jetty.metrics;

import io.gatehouse.api.MonotonicClock;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How long targets take to accept a connection. Safe for use by many threads. */
public final class DialTimes {
    private static final double[] BOUNDS = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private final DurationHistogram durations;
    private final MonotonicClock time;

    /** Observes for {@code metrics}, by {@code time}. */
    public DialTimes(MetricRegistry metrics, MonotonicClock time) {
        this.durations = metrics.durations(
                "gatehouse_dial_duration_seconds",
                "How long it took to connect to an address of a target, by how that ended.",
                BOUNDS,
                "result");
        this.time = time;
    }

    /** Observes a connection attempt that begins now and ends with {@code connected}. */
    public void observe(CompletableFuture<?> connected) {
        long began = time.nanos();
        var _ = connected.whenComplete(
                (_, failure) -> durations.observe(Duration.ofNanos(time.nanos() - began), result(failure)));
    }

    private static String result(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "connected";
            case CancellationException _, SocketTimeoutException _ -> "unanswered";
            default -> "failed";
        };
    }
}
