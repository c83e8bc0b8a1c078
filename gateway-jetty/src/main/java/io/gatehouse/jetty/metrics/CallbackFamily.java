package io.gatehouse.jetty.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** The series of one metric whose values are read when the page is. Safe for use by many threads. */
final class CallbackFamily {
    /** Enough for some series of each of very many identity providers. */
    private static final int MAX_SERIES = 10_000;

    private final String name;
    private final List<String> labelNames;
    private final Map<List<String>, DoubleSupplier> series = new ConcurrentHashMap<>();

    private CallbackFamily(String name, Set<String> labelNames) {
        this.name = name;
        this.labelNames = labelNames.stream().sorted().toList();
    }

    static CallbackFamily counter(PrometheusRegistry registry, String name, String help, Set<String> labelNames) {
        CallbackFamily family = new CallbackFamily(name, labelNames);
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(family.labelNames.toArray(String[]::new))
                .callback(callback -> family.series.forEach(
                        (values, value) -> callback.call(Math.max(0, read(value, 0)), values.toArray(String[]::new))))
                .register(registry);
        return family;
    }

    static CallbackFamily gauge(PrometheusRegistry registry, String name, String help, Set<String> labelNames) {
        CallbackFamily family = new CallbackFamily(name, labelNames);
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(family.labelNames.toArray(String[]::new))
                .callback(callback -> family.series.forEach(
                        (values, value) -> callback.call(read(value, Double.NaN), values.toArray(String[]::new))))
                .register(registry);
        return family;
    }

    void add(Map<String, String> labels, DoubleSupplier value) {
        if (!labels.keySet().equals(Set.copyOf(labelNames))) {
            throw new IllegalArgumentException(
                    "metric \"" + name + "\" " + labels + " (expected labels " + labelNames + ")");
        }
        if (series.size() >= MAX_SERIES) {
            throw new IllegalArgumentException("metric \"" + name + "\" " + labels + " is one too many");
        }
        List<String> values = labelNames.stream().map(labels::get).toList();
        if (series.putIfAbsent(values, value) != null) {
            throw new IllegalArgumentException("metric \"" + name + "\" " + labels + " is there already");
        }
    }

    /** One value that cannot be read must not hide the others. */
    private static double read(DoubleSupplier value, double unknown) {
        try {
            return value.getAsDouble();
        } catch (RuntimeException failed) {
            return unknown;
        }
    }
}
