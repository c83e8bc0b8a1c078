package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Metrics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts under labels that turn up while the gateway runs. Their number is bounded: what comes after the last is counted under
 * {@code other}. Safe for use by many threads.
 */
public final class CounterFamily {
    static final String OTHER = "other";
    private static final int MOST = 64;

    private final Metrics metrics;
    private final String name;
    private final String help;
    private final List<String> labels;
    private final Map<List<String>, LongAdder> counters = new ConcurrentHashMap<>();

    /** A family without members. */
    public CounterFamily(Metrics metrics, String name, String help, String... labels) {
        this.metrics = metrics;
        this.name = name;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** Counts one under these values, one for each label. */
    public void count(String... values) {
        of(List.of(values)).increment();
    }

    private LongAdder of(List<String> values) {
        LongAdder known = counters.get(values);
        if (known != null) {
            return known;
        }
        synchronized (this) {
            List<String> key = counters.size() < MOST || counters.containsKey(values)
                    ? values
                    : labels.stream().map(_ -> OTHER).toList();
            return counters.computeIfAbsent(key, this::register);
        }
    }

    private LongAdder register(List<String> values) {
        LongAdder counter = new LongAdder();
        Map<String, String> labelled = new TreeMap<>();
        for (int i = 0; i < labels.size(); i++) {
            labelled.put(labels.get(i), values.get(i));
        }
        metrics.counter(name, help, labelled, counter::sum);
        return counter;
    }
}
