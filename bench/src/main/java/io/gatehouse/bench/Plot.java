package io.gatehouse.bench;

import java.util.List;
import java.util.Locale;

/** The results as a picture: a group of bars for each figure, a bar for each proxy, the longest of a group full. */
final class Plot {
    private static final int WIDTH = 760;
    private static final int LABEL = 150;
    private static final int BAR = 14;
    private static final int HEAD = 20;
    private static final int GAP = 10;
    private static final List<String> COLOURS =
            List.of("#8a8f98", "#2f6fde", "#e08a1e", "#3a9d5d", "#a04fc0", "#c0392b");

    private Plot() {}

    /** An SVG file. */
    static String svg(Results results) {
        List<String> proxies = List.copyOf(results.proxies());
        StringBuilder body = new StringBuilder();
        int y = GAP;
        for (String figure : results.figures()) {
            body.append(text(GAP, y + 14, "600", figure + ", " + results.unit(figure)));
            y += HEAD;
            double longest = proxies.stream()
                    .mapToDouble(proxy -> results.median(figure, proxy))
                    .filter(Double::isFinite)
                    .max()
                    .orElse(1);
            for (int index = 0; index < proxies.size(); index++) {
                double median = results.median(figure, proxies.get(index));
                if (Double.isFinite(median)) {
                    body.append(bar(proxies.get(index), COLOURS.get(index % COLOURS.size()), median, longest, y));
                    y += BAR + 4;
                }
            }
            y += GAP;
        }
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n%s</svg>%n",
                WIDTH,
                y,
                body);
    }

    private static String bar(String proxy, String colour, double value, double longest, int y) {
        double length = longest > 0 ? Math.max(1, value / longest * (WIDTH - LABEL - 90)) : 1;
        return text(GAP + 10, y + 11, "400", proxy)
                + String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.0f\" height=\"%d\" fill=\"%s\"/>%n",
                        LABEL,
                        y,
                        length,
                        BAR,
                        colour)
                + text((int) (LABEL + length + 6), y + 11, "400", Results.digits(value));
    }

    private static String text(int x, int y, String weight, String words) {
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n", x, y, weight, escaped);
    }
}
