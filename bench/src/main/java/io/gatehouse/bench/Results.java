package io.gatehouse.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** All numbers of a run, and the table of them. Not safe for use by several threads. */
final class Results {
    private final List<Value> values = new ArrayList<>();

    /** Numbers that were measured before. */
    static Results of(List<Value> values) {
        Results results = new Results();
        results.values.addAll(values);
        return results;
    }

    /** Keeps a number; one that is not known is left out. */
    void add(String figure, String unit, String proxy, int round, double number) {
        if (Double.isFinite(number)) {
            values.add(new Value(figure, unit, proxy, round, number));
        }
    }

    List<Value> values() {
        return List.copyOf(values);
    }

    /** The figures in the order in which they were measured first. */
    Set<String> figures() {
        Set<String> figures = new LinkedHashSet<>();
        values.forEach(value -> figures.add(value.figure()));
        return figures;
    }

    /** The proxies, likewise. */
    Set<String> proxies() {
        Set<String> proxies = new LinkedHashSet<>();
        values.forEach(value -> proxies.add(value.proxy()));
        return proxies;
    }

    String unit(String figure) {
        return values.stream()
                .filter(value -> value.figure().equals(figure))
                .findFirst()
                .orElseThrow()
                .unit();
    }

    /** The median over the rounds; NaN when there is none. */
    double median(String figure, String proxy) {
        return median(numbers(figure, proxy));
    }

    /** The ratios of {@code proxy} to {@code other} in each round in which both were measured. */
    List<Double> ratios(String figure, String proxy, String other) {
        List<Double> ratios = new ArrayList<>();
        for (Value one : of(figure, proxy)) {
            for (Value base : of(figure, other)) {
                if (one.round() == base.round()) {
                    ratios.add(one.number() / base.number());
                }
            }
        }
        return ratios;
    }

    /**
     * A line for each figure: the median of each proxy, its extremes, and its ratio to the first proxy that was
     * measured, taken within each round.
     */
    String table() {
        List<String> proxies = List.copyOf(proxies());
        StringBuilder table = new StringBuilder(String.format("%-58s", ""));
        proxies.forEach(proxy -> table.append(String.format("%-32s", proxy)));
        table.append('\n');
        for (String figure : figures()) {
            table.append(String.format("%-58s", figure + ", " + unit(figure)));
            proxies.forEach(proxy -> table.append(String.format("%-32s", cell(figure, proxy))));
            table.append('\n');
        }
        return table.toString().replaceAll(" +\n", "\n");
    }

    private String cell(String figure, String proxy) {
        List<Double> numbers = numbers(figure, proxy);
        if (numbers.isEmpty()) {
            return "-";
        }
        DoubleSummaryStatistics extremes =
                numbers.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        String first = proxies().stream()
                .filter(each -> !numbers(figure, each).isEmpty())
                .findFirst()
                .orElseThrow();
        return digits(median(numbers)) + " (" + digits(extremes.getMin()) + " to " + digits(extremes.getMax()) + ")"
                + (first.equals(proxy)
                        ? ""
                        : String.format(Locale.ROOT, " x%.2f", median(ratios(figure, proxy, first))));
    }

    /** Three digits, or all before the point. */
    static String digits(double number) {
        double size = Math.abs(number);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", number);
    }

    private List<Double> numbers(String figure, String proxy) {
        return of(figure, proxy).stream().map(Value::number).toList();
    }

    private List<Value> of(String figure, String proxy) {
        return values.stream()
                .filter(value -> value.figure().equals(figure) && value.proxy().equals(proxy))
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
