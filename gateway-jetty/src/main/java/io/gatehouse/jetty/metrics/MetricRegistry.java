package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Metrics;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The metrics of one gateway, on the registry of Prometheus' own client. Providers register callbacks by
 * {@link Metrics}. Names and label names come from the program, never from a client, and the number of series is
 * bounded. Safe for use by many threads.
 */
public final class MetricRegistry implements Metrics {
    /** The text format, version 0.0.4. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,127}");
    private static final Pattern RESERVED = Pattern.compile("_(total|created|bucket|info)$");
    private static final String COUNTER_SUFFIX = "_total";
    private static final String SECONDS_SUFFIX = "_seconds";
    private static final double NANOSECONDS = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_FAMILIES = 500;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, CallbackFamily> callbacks = new HashMap<>();

    /** A registry without metrics. */
    public MetricRegistry() {}

    @Override
    public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
        if (!name.endsWith(COUNTER_SUFFIX)) {
            throw new IllegalArgumentException("counter \"" + name + "\" (expected a name that ends in _total)");
        }
        register(name, labels, value::getAsLong, () -> CallbackFamily.counter(registry, name, help, labels.keySet()));
    }

    @Override
    public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
        if (RESERVED.matcher(name).find()) {
            throw new IllegalArgumentException("gauge \"" + name + "\" ends like a metric of another kind");
        }
        register(name, labels, value::getAsLong, () -> CallbackFamily.gauge(registry, name, help, labels.keySet()));
    }

    @Override
    public void seconds(String name, String help, Map<String, String> labels, Supplier<Duration> value) {
        if (!name.endsWith(SECONDS_SUFFIX)) {
            throw new IllegalArgumentException("time \"" + name + "\" (expected a name that ends in _seconds)");
        }
        register(
                name,
                labels,
                () -> value.get().toNanos() / NANOSECONDS,
                () -> CallbackFamily.gauge(registry, name, help, labels.keySet()));
    }

    private synchronized void register(
            String name, Map<String, String> labels, DoubleSupplier value, Supplier<CallbackFamily> family) {
        if (!NAME.matcher(name).matches()
                || !labels.keySet().stream()
                        .allMatch(label -> NAME.matcher(label).matches())) {
            throw new IllegalArgumentException(
                    "metric \"" + name + "\" " + labels.keySet() + " (expected lower case letters, digits and _)");
        }
        CallbackFamily known = callbacks.get(name);
        if (known == null) {
            if (callbacks.size() >= MAX_FAMILIES) {
                throw new IllegalArgumentException("metric \"" + name + "\" is one too many");
            }
            known = family.get();
            callbacks.put(name, known);
        }
        known.add(labels, value);
    }

    /** Shows the version of the gateway. */
    public void build(String version) {
        Info.builder()
                .name("gatehouse_build_info")
                .help("Always 1; the label names the version of the gateway.")
                .labelNames("version")
                .register(registry)
                .setLabelValues(version);
    }

    /** Counters that the gateway itself counts, under label values that turn up while it runs. */
    public CounterFamily counters(String name, String help, String... labels) {
        return new CounterFamily(
                Counter.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .withoutExemplars()
                        .register(registry),
                labels.length);
    }

    /**
     * Histograms of durations in seconds.
     *
     * @param bounds the upper bounds of the buckets, in seconds
     */
    public DurationHistogram durations(String name, String help, double[] bounds, String... labels) {
        return new DurationHistogram(
                Histogram.builder()
                        .name(name)
                        .help(help)
                        .labelNames(labels)
                        .classicOnly()
                        .classicUpperBounds(bounds)
                        .withoutExemplars()
                        .register(registry),
                labels.length);
    }

    /**
     * Adds the metrics of the process and its virtual machine under Prometheus' standard names. Those of memory pools'
     * allocations are not among them: their listener would outlive the gateway.
     */
    public void addVirtualMachine() {
        JvmBufferPoolMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmRuntimeInfoMetric.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    /** All metrics as they are now, as UTF-8 text in Prometheus' format. */
    public byte[] page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(page, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return page.toByteArray();
    }
}
