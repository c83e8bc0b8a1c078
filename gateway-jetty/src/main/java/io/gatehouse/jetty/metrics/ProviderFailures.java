package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Scheme;
import java.util.Locale;

/** Counts sign-in providers that broke their contract. Safe for use by many threads. */
public final class ProviderFailures {
    private final CounterFamily failures;

    /** Counts for {@code metrics}. */
    public ProviderFailures(MetricRegistry metrics) {
        failures = metrics.counters("gatehouse_provider_failures_total", "Exceptions of sign-in providers.", "scheme");
    }

    /** A provider of {@code scheme} failed. */
    public void count(Scheme scheme) {
        failures.count(scheme.name().toLowerCase(Locale.ROOT));
    }
}
