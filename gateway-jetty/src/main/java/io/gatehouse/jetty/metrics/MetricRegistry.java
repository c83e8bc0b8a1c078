package io.gatehouse.jetty.metrics;

import io.gatehouse.api.Metrics;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The numbers of one gateway, asked for when somebody reads them. Names and labels come from the program, never from a
 * client; their number is bounded all the same. Safe for use by many threads.
 */
public final class MetricRegistry implements Metrics {
    /** The text format, version 0.0.4. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,127}");
    private static final Pattern RESERVED = Pattern.compile("_(total|created|bucket|info)$");
    private static final String COUNTER_SUFFIX = "_total";
    private static final int MOST_FAMILIES = 500;
    /** Of one name: some for each of very many identity providers. */
    private static final int MOST_SERIES = 10_000;

    private final Map<String, Family> families = new TreeMap<>();

    private enum Kind {
        COUNTER,
        GAUGE
    }

    /** A metric with all of its series, one for each combination of labels. */
    private record Family(String help, Kind kind, Map<Labels, DoubleSupplier> series) {}

    /** A registry of nothing. */
    public MetricRegistry() {}

    @Override
    public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
        counterOf(name, help, labels, value::getAsLong);
    }

    @Override
    public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
        gaugeOf(name, help, labels, value::getAsLong);
    }

    /** {@link #counter} of fractions. */
    void counterOf(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        if (!name.endsWith(COUNTER_SUFFIX)) {
            throw new IllegalArgumentException("counter \"" + name + "\" (expected a name that ends in _total)");
        }
        register(name, help, Kind.COUNTER, labels, value);
    }

    /** {@link #gauge} of fractions. */
    void gaugeOf(String name, String help, Map<String, String> labels, DoubleSupplier value) {
        register(name, help, Kind.GAUGE, labels, value);
    }

    private synchronized void register(
            String name, String help, Kind kind, Map<String, String> labels, DoubleSupplier value) {
        if (!NAME.matcher(name).matches()
                || !labels.keySet().stream()
                        .allMatch(label -> NAME.matcher(label).matches())) {
            throw new IllegalArgumentException(
                    "metric \"" + name + "\" " + labels.keySet() + " (expected lower case letters, digits and _)");
        }
        if (kind == Kind.GAUGE && RESERVED.matcher(name).find()) {
            throw new IllegalArgumentException("gauge \"" + name + "\" ends like a metric of another kind");
        }
        if (families.containsKey(kind == Kind.GAUGE ? name + COUNTER_SUFFIX : withoutSuffix(name))) {
            throw new IllegalArgumentException("metric \"" + name + "\" is a counter and a gauge");
        }
        Family family = families.computeIfAbsent(name, _ -> new Family(help, kind, new TreeMap<>()));
        if (families.size() > MOST_FAMILIES || family.series().size() >= MOST_SERIES) {
            throw new IllegalArgumentException("metric \"" + name + "\" " + labels + " is one too many");
        }
        if (family.series().putIfAbsent(labels(labels), value) != null) {
            throw new IllegalArgumentException("metric \"" + name + "\" " + labels + " is there already");
        }
    }

    /** The name of a counter as the format's own data has it. */
    private static String withoutSuffix(String counter) {
        return counter.substring(0, counter.length() - COUNTER_SUFFIX.length());
    }

    private static Labels labels(Map<String, String> labels) {
        Labels.Builder builder = Labels.builder();
        new TreeMap<>(labels).forEach(builder::label);
        return builder.build();
    }

    /** All numbers as they are now, as UTF-8 text in Prometheus' format. */
    public byte[] page() {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(page, snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return page.toByteArray();
    }

    private synchronized MetricSnapshots snapshots() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        families.forEach((name, family) -> snapshots.add(
                switch (family.kind()) {
                    case COUNTER -> counter(name, family);
                    case GAUGE -> gauge(name, family);
                }));
        return new MetricSnapshots(snapshots);
    }

    private static CounterSnapshot counter(String name, Family family) {
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name(withoutSuffix(name)).help(family.help());
        family.series()
                .forEach((labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(Math.max(0, ask(value, 0)))
                        .build()));
        return counter.build();
    }

    private static GaugeSnapshot gauge(String name, Family family) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(family.help());
        family.series()
                .forEach((labels, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(ask(value, Double.NaN))
                        .build()));
        return gauge.build();
    }

    /** One number that cannot be had must not hide the others. */
    private static double ask(DoubleSupplier value, double unknown) {
        try {
            return value.getAsDouble();
        } catch (RuntimeException failed) {
            return unknown;
        }
    }
}
