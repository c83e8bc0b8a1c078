package io.gatehouse.jetty.portal;

import io.gatehouse.jetty.activity.ActivityHistory.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** Charts of the last hour or day, for administrators. */
final class AdminActivityPage {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final PortalServices services;
    private final OpenedPages opened;
    private final Renderer renderer;

    private enum Range {
        HOUR(Duration.ofHours(1), Duration.ofMinutes(1)),
        DAY(Duration.ofDays(1), Duration.ofMinutes(15));

        private final Duration length;
        private final Duration step;

        Range(Duration length, Duration step) {
            this.length = length;
            this.step = step;
        }
    }

    AdminActivityPage(PortalServices services, OpenedPages opened, Renderer renderer) {
        this.services = services;
        this.opened = opened;
        this.renderer = renderer;
    }

    void show(PortalExchange exchange, AdminUser user) {
        Range range = exchange.parameter("range").filter("day"::equals).isPresent() ? Range.DAY : Range.HOUR;
        opened.note(exchange, user, "show-activity", "", "");
        Messages messages = exchange.messages();
        Instant now = services.clock().instant();
        List<Sample> samples = services.activity().last(range.length, range.step);
        Drawing drawing = new Drawing(samples, now.minus(range.length), range.length);
        double seconds = range.step.toSeconds();
        DoubleFunction<String> count = value -> String.format(Locale.ROOT, "%.0f", value);
        DoubleFunction<String> rate = value -> messages.bytes((long) value) + "/s";
        List<AdminViews.Picture> pictures = List.of(
                drawing.of("sessions", count, List.of(Sample::sessions)),
                drawing.of("signins", count, List.of(Sample::signIns)),
                drawing.of("refusals", count, List.of(Sample::refusals)),
                drawing.of(
                        "throughput",
                        rate,
                        List.of(
                                sample -> sample.bytesToClient() / seconds,
                                sample -> sample.bytesToTarget() / seconds)));
        List<List<String>> rows = samples.reversed().stream()
                .map(sample -> List.of(
                        CLOCK.format(sample.begin()),
                        String.valueOf(sample.sessions()),
                        String.valueOf(sample.signIns()),
                        String.valueOf(sample.refusals()),
                        messages.bytes(sample.bytesToTarget()),
                        messages.bytes(sample.bytesToClient())))
                .toList();
        AdminViews.Activity view = new AdminViews.Activity(
                range == Range.DAY, pictures, CLOCK.format(now.minus(range.length)), CLOCK.format(now), rows);
        exchange.html(
                200,
                renderer.page(exchange, "admin-activity", "admin.activity.title", Optional.of(user.session()), view));
    }

    /** The charts of some samples. */
    private record Drawing(List<Sample> samples, Instant from, Duration length) {
        private AdminViews.Picture of(String key, DoubleFunction<String> words, List<ToDoubleFunction<Sample>> series) {
            List<Instant> times = samples.stream().map(Sample::begin).toList();
            List<List<Double>> values = series.stream()
                    .map(one -> samples.stream().map(one::applyAsDouble).toList())
                    .toList();
            double most = Chart.ceiling(values.stream().flatMap(List::stream).toList());
            Chart chart = new Chart(from, length, most);
            List<String> lines = new ArrayList<>();
            values.forEach(one -> lines.add(chart.line(times, one)));
            return new AdminViews.Picture(
                    key,
                    words.apply(most),
                    values.stream()
                            .map(one -> words.apply(one.isEmpty() ? 0 : one.getLast()))
                            .toList(),
                    chart.area(times, values.getFirst()),
                    lines);
        }
    }
}
