package io.gatehouse.jetty.metrics;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long something took, in seconds, under label values whose number is bounded. Safe for use by many threads. */
public final class DurationHistogram {
    private static final double NANOSECONDS = TimeUnit.SECONDS.toNanos(1);

    private final BoundedSeries<DistributionDataPoint> series;

    DurationHistogram(Histogram histogram, int labels) {
        series = new BoundedSeries<>(histogram, labels);
    }

    /** Observes one duration under these values, one for each label. */
    public void observe(Duration duration, String... values) {
        series.of(values).observe(duration.toNanos() / NANOSECONDS);
    }
}
