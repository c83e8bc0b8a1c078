package io.gatehouse.jetty.metrics;

import io.gatehouse.api.MonotonicClock;
import java.time.Duration;
import org.eclipse.jetty.io.ManagedSelector;

/**
 * How long selectors take to turn to something new: about nothing, unless the machine is overloaded or something keeps
 * a selector busy. Safe for use by many threads.
 */
public final class EventLoopDelays {
    private static final double[] BOUNDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

    private final DurationHistogram durations;
    private final MonotonicClock time;

    /** Observes for {@code metrics}, by {@code time}. */
    public EventLoopDelays(MetricRegistry metrics, MonotonicClock time) {
        this.durations = metrics.durations(
                "gatehouse_event_loop_delay_seconds",
                "How long a selector took to turn to a task, measured once a second for each selector.",
                BOUNDS);
        this.time = time;
    }

    /** Measures {@code selector} once; its answer comes later. */
    public void measure(ManagedSelector selector) {
        long asked = time.nanos();
        selector.submit(_ -> durations.observe(Duration.ofNanos(time.nanos() - asked)));
    }
}
