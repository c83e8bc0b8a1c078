package io.gatehouse.jetty.portal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Lines over time, as paths of SVG in a picture of {@value #WIDTH} by {@value #HEIGHT} units. */
final class Chart {
    static final int WIDTH = 600;
    static final int HEIGHT = 120;

    private final Instant from;
    private final Duration length;
    private final double most;

    /**
     * A picture.
     *
     * @param from what its left edge stands for
     * @param length from there to the right edge
     * @param most what its upper edge stands for
     */
    Chart(Instant from, Duration length, double most) {
        this.from = from;
        this.length = length;
        this.most = most;
    }

    /** The next round number that is not below any of {@code values}: 1, 2 or 5 with zeros, at least 1. */
    static double ceiling(List<Double> values) {
        double largest = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        double power = Math.max(1, Math.pow(10, Math.floor(Math.log10(Math.max(1, largest)))));
        for (double factor : new double[] {1, 2, 5}) {
            if (largest <= factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    /** The line through {@code values} at {@code times}; empty without any. */
    String line(List<Instant> times, List<Double> values) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            path.append(path.isEmpty() ? 'M' : 'L').append(point(times.get(i), values.get(i)));
        }
        return path.toString();
    }

    /** The area below that line. */
    String area(List<Instant> times, List<Double> values) {
        return values.isEmpty()
                ? ""
                : line(times, values) + "L" + point(times.getLast(), 0) + "L" + point(times.getFirst(), 0) + "Z";
    }

    private String point(Instant time, double value) {
        double x = WIDTH * (double) Duration.between(from, time).toMillis() / length.toMillis();
        double y = HEIGHT - HEIGHT * value / most;
        return String.format(Locale.ROOT, "%.1f %.1f", Math.clamp(x, 0, WIDTH), Math.clamp(y, 0, HEIGHT));
    }
}
