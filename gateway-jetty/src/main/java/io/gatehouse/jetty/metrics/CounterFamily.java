package io.gatehouse.jetty.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;

/**
 * Counts under label values that turn up while the gateway runs; their number is bounded. Safe for use by many threads.
 */
public final class CounterFamily {
    private final BoundedSeries<CounterDataPoint> series;

    CounterFamily(Counter counter, int labels) {
        series = new BoundedSeries<>(counter, labels);
    }

    /** Shows these values with 0, for those that are known beforehand: so that the first one is an increase. */
    public CounterFamily beginningWith(String... values) {
        var _ = series.of(values);
        return this;
    }

    /** Counts one under these values, one for each label. */
    public void count(String... values) {
        series.of(values).inc();
    }
}
