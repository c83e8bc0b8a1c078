package io.gatehouse.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table at the end: medians over the rounds, and ratios to the first proxy taken within each round. */
final class Report {
    private static final String HEAD = """
                                             down                        up         64-byte round trip
            proxy             CPU s/GB    MB/s   core    CPU s/GB    MB/s   core     CPU us  p50 us  p99 us
            """;

    private final List<String> proxies;
    private final List<Measurement> measurements;

    /** A report; the others are compared with the first proxy. */
    Report(List<String> proxies, List<Measurement> measurements) {
        this.proxies = List.copyOf(proxies);
        this.measurements = List.copyOf(measurements);
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        for (String proxy : proxies) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-16s %9.2f %7.0f %5.0f%% %11.2f %7.0f %5.0f%% %10.1f %7.0f %7.0f%n",
                    proxy,
                    median(proxy, Measurement.Kind.DOWN, Measurement::cost),
                    median(proxy, Measurement.Kind.DOWN, Measurement::rate),
                    median(proxy, Measurement.Kind.DOWN, Measurement::core),
                    median(proxy, Measurement.Kind.UP, Measurement::cost),
                    median(proxy, Measurement.Kind.UP, Measurement::rate),
                    median(proxy, Measurement.Kind.UP, Measurement::core),
                    median(proxy, Measurement.Kind.ROUND_TRIP, Measurement::cost),
                    median(proxy, Measurement.Kind.ROUND_TRIP, Measurement::median),
                    median(proxy, Measurement.Kind.ROUND_TRIP, Measurement::slowest)));
        }
        String first = proxies.getFirst();
        for (String proxy : proxies.subList(1, proxies.size())) {
            text.append("\nCPU of " + proxy + " : " + first + ", median of the rounds (and extremes)\n");
            for (Measurement.Kind kind : Measurement.Kind.values()) {
                text.append(ratioLine(kind, ratios(proxy, first, kind)));
            }
        }
        return text.toString();
    }

    private static String ratioLine(Measurement.Kind kind, List<Double> ratios) {
        DoubleSummaryStatistics extremes =
                ratios.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return String.format(
                Locale.ROOT,
                "  %-10s  %.2f  (%.2f to %.2f)%n",
                kind.word(),
                median(ratios),
                extremes.getMin(),
                extremes.getMax());
    }

    private double median(String proxy, Measurement.Kind kind, ToDoubleFunction<Measurement> value) {
        return median(of(proxy, kind).stream().map(value::applyAsDouble).toList());
    }

    /** The ratio of the costs in each round in which both were measured. */
    List<Double> ratios(String proxy, String first, Measurement.Kind kind) {
        List<Double> ratios = new ArrayList<>();
        for (Measurement one : of(proxy, kind)) {
            for (Measurement other : of(first, kind)) {
                if (one.round() == other.round()) {
                    ratios.add(one.cost() / other.cost());
                }
            }
        }
        return ratios;
    }

    private List<Measurement> of(String proxy, Measurement.Kind kind) {
        return measurements.stream()
                .filter(measurement -> measurement.proxy().equals(proxy) && measurement.kind() == kind)
                .toList();
    }

    /** The value in the middle, or between the two in the middle; NaN of none. */
    static double median(List<Double> values) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
