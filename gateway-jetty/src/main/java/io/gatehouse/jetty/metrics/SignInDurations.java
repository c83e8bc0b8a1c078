package io.gatehouse.jetty.metrics;

import io.gatehouse.core.login.SignInTimes;
import java.time.Duration;

/** How long sign-ins take, by method and result. Safe for use by many threads. */
public final class SignInDurations implements SignInTimes {
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

    private final DurationHistogram durations;

    /** Observes for {@code metrics}. */
    public SignInDurations(MetricRegistry metrics) {
        this.durations = metrics.durations(
                "gatehouse_sign_in_duration_seconds",
                "How long the gateway and its back ends took for a sign-in, without the time of the client.",
                BOUNDS,
                "method",
                "result");
    }

    @Override
    public void took(String method, String result, Duration duration) {
        durations.observe(duration, method, result);
    }
}
