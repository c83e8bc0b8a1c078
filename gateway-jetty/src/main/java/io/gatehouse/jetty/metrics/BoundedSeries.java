package io.gatehouse.jetty.metrics;

import io.prometheus.metrics.core.datapoints.DataPoint;
import io.prometheus.metrics.core.metrics.StatefulMetric;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The series of a metric under label values that turn up while the gateway runs. Their number is bounded: values after
 * the last go to the series {@code other}. Safe for use by many threads.
 */
final class BoundedSeries<D extends DataPoint> {
    static final String OTHER = "other";
    private static final int MAX_SERIES = 64;

    private final StatefulMetric<D, ?> metric;
    private final String[] others;
    private final Set<List<String>> known = ConcurrentHashMap.newKeySet();

    BoundedSeries(StatefulMetric<D, ?> metric, int labels) {
        this.metric = metric;
        this.others = Collections.nCopies(labels, OTHER).toArray(String[]::new);
    }

    /** The series of these values, one for each label. */
    D of(String... values) {
        return metric.labelValues(isAdmitted(List.of(values)) ? values : others);
    }

    private boolean isAdmitted(List<String> values) {
        if (known.contains(values)) {
            return true;
        }
        synchronized (known) {
            if (known.size() < MAX_SERIES) {
                known.add(values);
            }
            return known.contains(values);
        }
    }
}
