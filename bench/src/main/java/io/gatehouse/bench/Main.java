package io.gatehouse.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The load generator; {@code bench/run} starts it when the proxies are up. */
public final class Main {
    /** CPU seconds after which the Java compiler has done most of its work on the data path. */
    private static final double WARM = 5;
    /** Bytes for each direction of a warm-up turn. */
    private static final long WARM_UP_BYTES = 250_000_000;

    private static final int WARM_UP_ROUND_TRIPS = 2_000;
    private static final int MAX_TURNS = 40;
    private static final long FLOOD_SECONDS = 5;

    private final Settings settings;
    private final PrintStream out;
    private final Load load = new Load(new Random(1));
    private final List<Measurement> measurements = new ArrayList<>();
    private final long begin = System.nanoTime();

    private Main(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Measures, and prints to standard output. */
    @SuppressWarnings("SystemOut") // a program for the terminal
    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        Settings settings = Settings.parse(List.of(arguments));
        try (LoadTarget _ = LoadTarget.listen(settings.targetPort())) {
            new Main(settings, System.out).run(proxies(settings));
        }
    }

    private static List<Proxy> proxies(Settings settings) throws IOException, GeneralSecurityException {
        Links links = new Links(settings);
        List<Proxy> proxies = new ArrayList<>();
        for (Settings.Address address : settings.proxies()) {
            Proxy.Connector connector =
                    proxies.isEmpty() ? () -> links.plain(address.port()) : () -> links.tunnel(address.port());
            proxies.add(new Proxy(address.name(), address.processId(), connector));
        }
        return proxies;
    }

    private void run(List<Proxy> proxies) throws IOException, InterruptedException {
        for (Proxy proxy : proxies) {
            warmUp(proxy);
        }
        if (settings.floods() > 0) {
            fairness(proxies);
            return;
        }
        for (int round = 1; round <= settings.rounds(); round++) {
            if (round > 1 && Duration.ofNanos(System.nanoTime() - begin).compareTo(settings.timeLimit()) > 0) {
                out.println("    the time is up after " + (round - 1) + " rounds");
                break;
            }
            // Who is first has the machine as the one before left it: take turns.
            for (Proxy proxy : round % 2 == 1 ? proxies : proxies.reversed()) {
                measure(proxy, round);
            }
        }
        Files.write(
                settings.results(), measurements.stream().map(Measurement::json).toList(), StandardCharsets.UTF_8);
        out.println();
        out.print(new Report(proxies.stream().map(Proxy::name).toList(), measurements).text());
    }

    private void fairness(List<Proxy> proxies) throws IOException, InterruptedException {
        Fairness fairness = new Fairness(settings.floods(), FLOOD_SECONDS);
        List<String> lines = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            for (boolean up : new boolean[] {false, true}) {
                for (Proxy proxy : round % 2 == 1 ? proxies : proxies.reversed()) {
                    Fairness.Result result = fairness.measure(proxy, up, round);
                    lines.add(result.json());
                    out.println(result.line());
                }
            }
        }
        Files.write(settings.results(), lines, StandardCharsets.UTF_8);
    }

    /** Loads a proxy until it has used enough CPU; the Java ones need two to five times as much before. */
    private void warmUp(Proxy proxy) throws IOException {
        out.println("    warming " + proxy.name() + " up");
        double start = ProcessorTime.of(proxy.processId());
        for (int turn = 0; turn < MAX_TURNS && ProcessorTime.of(proxy.processId()) - start < WARM; turn++) {
            load.down(proxy, 0, WARM_UP_BYTES);
            load.up(proxy, 0, WARM_UP_BYTES);
            load.roundTrips(proxy, 0, WARM_UP_ROUND_TRIPS);
        }
    }

    private void measure(Proxy proxy, int round) throws IOException {
        Measurement down = load.down(proxy, round, settings.bytes());
        Measurement up = load.up(proxy, round, settings.bytes());
        Measurement small = load.roundTrips(proxy, round, settings.roundTrips());
        measurements.addAll(List.of(down, up, small));
        out.println(String.format(
                Locale.ROOT,
                "    round %d  %-12s  down %.2f CPU s/GB (%.0f%% of a core)   up %.2f (%.0f%%)   round trip %.1f CPU us",
                round,
                proxy.name(),
                down.cost(),
                down.core(),
                up.cost(),
                up.core(),
                small.cost()));
    }
}
