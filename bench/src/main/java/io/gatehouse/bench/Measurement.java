package io.gatehouse.bench;

import java.util.Locale;

/**
 * What one proxy did once.
 *
 * @param proxy its name in the report
 * @param round from 1
 * @param units bytes, or round trips
 * @param seconds on the clock
 * @param processorSeconds of the proxy's process
 * @param median of one round trip in microseconds; 0 for bulk
 * @param slowest the same for the 99th of 100
 */
record Measurement(
        String proxy,
        Kind kind,
        int round,
        long units,
        double seconds,
        double processorSeconds,
        double median,
        double slowest) {
    enum Kind {
        /** From the target to the client. */
        DOWN,
        /** From the client to the target. */
        UP,
        /** 64 bytes there and back, one after the other. */
        ROUND_TRIP;

        /** For one line of JSON. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** CPU seconds per 10^9 bytes, or CPU microseconds per round trip: what the ratios are made of. */
    double cost() {
        return processorSeconds / units * (kind == Kind.ROUND_TRIP ? 1e6 : 1e9);
    }

    /** 10^6 bytes per second. */
    double rate() {
        return units / seconds / 1e6;
    }

    /** The part of one core that the proxy used, in percent. */
    double core() {
        return processorSeconds / seconds * 100;
    }

    /** One line. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"proxy\":\"%s\",\"kind\":\"%s\",\"round\":%d,\"units\":%d,\"seconds\":%.3f,\"cpu-seconds\":%.2f,"
                        + "\"p50-us\":%.1f,\"p99-us\":%.1f}",
                proxy,
                kind.word(),
                round,
                units,
                seconds,
                processorSeconds,
                median,
                slowest);
    }
}
