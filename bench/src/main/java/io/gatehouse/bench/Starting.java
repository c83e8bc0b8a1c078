package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** What a start costs the administrator and the first users: time, memory, and how slow it is before it is warm. */
final class Starting {
    private static final double MEGABYTE = 1e6;
    private static final int FIRST = 200;
    private static final int UNTIL_WARM = 1_500;
    private static final long BYTES = 1_000_000_000;

    private final Openings openings;
    private final Relaying relaying;

    Starting(Openings openings, Relaying relaying) {
        this.openings = openings;
        this.relaying = relaying;
    }

    /** Starts it again and again and keeps the numbers. */
    void measure(Gatehouse gatehouse, int round, Results results) throws IOException, GeneralSecurityException {
        try (TsguServer server = gatehouse.start(1)) {
            ready(server, "one core", round, results);
        }
        try (TsguServer server = gatehouse.start(2)) {
            ready(server, "two cores", round, results);
            ServerProcess process = server.process().orElseThrow();
            results.add("resident after the start", "MB", server.name(), round, process.resident() / MEGABYTE);
            results.add("classes after the start", "classes", server.name(), round, (double) process.classes());
            process.collect();
            results.add("resident, collected", "MB", server.name(), round, process.resident() / MEGABYTE);
        }
        Way way = Way.of(Transport.WEBSOCKET);
        try (TsguServer server = gatehouse.start(1)) {
            signIns(server, way, "first " + FIRST + " sign-ins", round, results);
            openings.open(server, way, UNTIL_WARM - FIRST);
            signIns(server, way, FIRST + " sign-ins, warm", round, results);
        }
        try (TsguServer server = gatehouse.start(1)) {
            gigabyte(server, "first gigabyte", round, results);
            Warmth.byRelaying(server, Transport.WEBSOCKET, relaying);
            gigabyte(server, "gigabyte, warm", round, results);
        }
    }

    private static void ready(TsguServer server, String cores, int round, Results results) throws IOException {
        ServerProcess process = server.process().orElseThrow();
        double seconds = (System.nanoTime() - process.began()) / 1e9;
        results.add("cold start, " + cores, "s", server.name(), round, seconds);
        results.add("cold start, " + cores + ", CPU", "CPU s", server.name(), round, process.processorSeconds());
    }

    private void signIns(TsguServer server, Way way, String figure, int round, Results results) throws IOException {
        Openings.add(figure, openings.open(server, way, FIRST), server, round, results);
    }

    private void gigabyte(TsguServer server, String figure, int round, Results results) throws IOException {
        for (boolean up : new boolean[] {false, true}) {
            results.add(
                    figure + (up ? " up" : " down"),
                    "CPU s",
                    server.name(),
                    round,
                    relaying.bulk(server, Transport.WEBSOCKET, 1, BYTES, up).processorSeconds());
        }
    }
}
