package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The benchmark; {@code bench/run} builds everything and starts it. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures Gatehouse from its tarball, beside HAProxy, which only ends TLS, and beside others.",
            "Everything stays on 127.0.0.1. With two processors or more the servers share the first one, and the",
            "load generator has the second one. How to read the results: bench/README.md",
            ""
        })
public final class Main implements Callable<Integer> {
    /** What is measured. */
    enum Figure {
        RELAY,
        OPENINGS,
        IDLE,
        START,
        FAIRNESS
    }

    @Parameters(
            paramLabel = "FIGURE",
            description = "what is measured, relay without: relay (CPU for each GB, round trips), openings (tunnels a"
                    + " second), idle (memory of a tunnel), start (cold start, first users), fairness (round trips"
                    + " beside floods), or all")
    private List<String> words = List.of("relay");

    @Option(names = "--rounds", defaultValue = "2", description = "how often everything is measured (default: 2)")
    private int rounds;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "websocket",
            description = "websocket, dual, or both with a comma (default: websocket)")
    private List<String> transports = List.of();

    @Option(names = "--gigabytes", defaultValue = "2", description = "10^9 bytes for each direction (default: 2)")
    private double gigabytes;

    @Option(names = "--tunnels", split = ",", defaultValue = "1", description = "which carry them (default: 1)")
    private List<Integer> tunnels = List.of();

    @Option(names = "--round-trips", defaultValue = "20000", description = "for each round (default: 20000)")
    private int roundTrips;

    @Option(names = "--openings", defaultValue = "300", description = "of each kind and round (default: 300)")
    private int openings;

    @Option(
            names = "--way",
            paramLabel = "TEXT",
            description = "opens only in the ways whose name has this text, for example \"P-256, ntlm\"")
    private String way = "";

    @Option(
            names = "--idle",
            split = ",",
            defaultValue = "1000,5000",
            description = "numbers of idle tunnels (default: 1000,5000); 9000 needs 20,000 open files")
    private List<Integer> idle = List.of();

    @Option(names = "--floods", defaultValue = "20", description = "beside which round trips wait (default: 20)")
    private int floods;

    @Option(
            names = "--compare",
            paramLabel = "NAME=FOLDER",
            description = "measures another unpacked Gatehouse too; may be given more than once")
    private Map<String, Path> others = Map.of();

    @Mixin
    private final OtherServer otherServer = new OtherServer();

    @Option(names = "--target-port", defaultValue = "0", description = "where the target listens; any port without")
    private int targetPort;

    @Option(names = "--plot", paramLabel = "FILE", description = "draws the picture of earlier results, and ends")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--built", hidden = true, description = "the unpacked tarball")
    private Path built = Path.of(".");

    @Option(names = "--haproxy", hidden = true, description = "its program")
    private Path haproxy = Path.of("haproxy");

    @Option(names = "--work", hidden = true, description = "a folder with certificates and accounts")
    private Path work = Path.of(".");

    @Option(names = "--results", hidden = true, description = "where results go, without the end of the name")
    private Path results = Path.of("results");

    @Option(names = "--cores", hidden = true, split = ",", description = "the processors to use")
    private List<String> cores = List.of();

    private final Results measured = new Results();

    /** Measures, and prints to standard output. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((exception, command, _) -> {
                    if (exception instanceof NoSuchFileException missing) {
                        command.getErr().println(missing.getFile() + ": there is no such file");
                        return 1;
                    }
                    throw exception;
                })
                .execute(arguments));
    }

    @Override
    @SuppressWarnings("SystemOut") // a program for the terminal
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
        if (plot.isPresent()) {
            System.out.print(Plot.svg(Results.of(
                    Files.readAllLines(plot.get()).stream().map(Value::parse).toList())));
            return 0;
        }
        try (LoadTarget target = LoadTarget.listen(targetPort)) {
            measure(target.port());
        } finally {
            write(
                    "jsonl",
                    String.join(
                            "",
                            measured.values().stream()
                                    .map(value -> value.json() + "\n")
                                    .toList()));
            write("svg", Plot.svg(measured));
        }
        System.out.println();
        System.out.print(measured.table());
        return 0;
    }

    private void write(String end, String text) throws IOException {
        Files.writeString(Path.of(results + "." + end), text, StandardCharsets.UTF_8);
    }

    private Set<Figure> figures() {
        Set<Figure> figures = EnumSet.noneOf(Figure.class);
        for (String word : words) {
            figures.addAll(
                    word.equals("all")
                            ? EnumSet.allOf(Figure.class)
                            : EnumSet.of(Figure.valueOf(word.toUpperCase(Locale.ROOT))));
        }
        return figures;
    }

    private List<Transport> transports() {
        return transports.stream()
                .map(word -> switch (word) {
                    case "websocket" -> Transport.WEBSOCKET;
                    case "dual" -> Transport.DUAL_CHANNEL;
                    default -> throw new IllegalArgumentException(word + " (expected websocket or dual)");
                })
                .toList();
    }

    private void measure(int port) throws IOException, GeneralSecurityException, InterruptedException {
        Machine machine = new Machine(cores);
        List<Gatehouse> gatehouses = new ArrayList<>();
        gatehouses.add(new Gatehouse("gatehouse", built, work, machine, port));
        others.forEach((name, folder) -> gatehouses.add(new Gatehouse(name, folder, work, machine, port)));
        Set<Figure> figures = figures();
        Openings opening = new Openings(port);
        Relaying relaying = new Relaying(port, new Random(1));
        if (figures.remove(Figure.START)) {
            Starting starting = new Starting(opening, relaying);
            rounds(gatehouses, (gatehouse, round) -> starting.measure(gatehouse, round, measured));
        }
        if (figures.isEmpty()) {
            return;
        }
        List<Proxy> proxies = new ArrayList<>();
        try {
            proxies.add(Haproxy.start(haproxy, work, machine, port));
            for (Gatehouse gatehouse : gatehouses) {
                proxies.add(gatehouse.withToken(gatehouse.start(1)));
            }
            otherServer.server().ifPresent(proxies::add);
            for (Figure figure : figures) {
                switch (figure) {
                    case RELAY -> relay(proxies, relaying);
                    case OPENINGS -> openings(proxies, opening);
                    case IDLE -> idle(proxies, new IdleTunnels(port));
                    case FAIRNESS -> fairness(proxies, relaying, new Fairness(port, floods));
                    case START -> throw new IllegalStateException("it was removed");
                }
            }
        } finally {
            for (Proxy proxy : proxies) {
                proxy.close();
            }
        }
    }

    private void relay(List<Proxy> proxies, Relaying relaying)
            throws IOException, GeneralSecurityException, InterruptedException {
        for (Transport transport : transports()) {
            for (Proxy proxy : proxies) {
                Warmth.byRelaying(proxy, transport, relaying);
            }
            rounds(proxies, (proxy, round) -> {
                for (int count : tunnels) {
                    relaying.measure(proxy, transport, count, Math.round(gigabytes * 1e9), round, measured);
                }
                relaying.roundTrips(proxy, transport, roundTrips, round, measured);
            });
        }
    }

    private void openings(List<Proxy> proxies, Openings opening)
            throws IOException, GeneralSecurityException, InterruptedException {
        for (Proxy proxy : proxies) {
            Warmth.byOpening(proxy, opening);
        }
        rounds(proxies, (proxy, round) -> {
            for (Way each : Way.toCompare(transports())) {
                if (proxy.offers(each) && each.words().contains(way)) {
                    opening.measure(proxy, each, openings, round, measured);
                }
            }
        });
    }

    private void idle(List<Proxy> proxies, IdleTunnels tunnels)
            throws IOException, GeneralSecurityException, InterruptedException {
        for (Transport transport : transports()) {
            rounds(proxies, (proxy, round) -> tunnels.measure(proxy, transport, idle, round, measured));
        }
    }

    private void fairness(List<Proxy> proxies, Relaying relaying, Fairness fairness)
            throws IOException, GeneralSecurityException, InterruptedException {
        for (Transport transport : transports()) {
            for (Proxy proxy : proxies) {
                Warmth.byRelaying(proxy, transport, relaying);
            }
            rounds(proxies, (proxy, round) -> {
                fairness.measure(proxy, transport, false, round, measured);
                fairness.measure(proxy, transport, true, round, measured);
            });
        }
    }

    /** One of a round's measurements. */
    private interface Measurement<T> {
        void take(T of, int round) throws IOException, GeneralSecurityException, InterruptedException;
    }

    /** Measures all, again and again, and prints what each gave. */
    @SuppressWarnings("SystemOut") // a program for the terminal
    private <T> void rounds(List<T> all, Measurement<T> measurement)
            throws IOException, GeneralSecurityException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            // Who is first has the machine as the one before left it: take turns.
            for (T each : round % 2 == 1 ? all : all.reversed()) {
                int before = measured.values().size();
                measurement.take(each, round);
                for (Value value :
                        measured.values().subList(before, measured.values().size())) {
                    System.out.println("    " + value.round() + "  " + value.proxy() + "  " + value.figure() + "  "
                            + Results.digits(value.number()) + " " + value.unit());
                }
            }
        }
    }
}
