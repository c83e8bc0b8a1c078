package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code bench/run} passes on.
 *
 * @param bytes for each direction and round
 * @param roundTrips for each round
 * @param timeLimit no round begins later; a measurement ends by itself
 * @param targetPort where the target listens on 127.0.0.1, as the proxies' configurations say
 * @param certificate the PEM file of the certificate that all proxies show
 * @param passwordFile the gateway's password for {@code user} is its first line
 * @param results gets one line of JSON for each measurement
 * @param floods beside which round trips are measured, instead of everything else; 0 for everything else
 * @param proxies the first one is plain TLS, the others are gateways
 */
record Settings(
        long bytes,
        int rounds,
        int roundTrips,
        Duration timeLimit,
        Transport transport,
        int targetPort,
        Path certificate,
        String user,
        Path passwordFile,
        Path results,
        int floods,
        List<Address> proxies) {
    /** A proxy on 127.0.0.1. */
    record Address(String name, int port, long processId) {}

    Settings {
        proxies = List.copyOf(proxies);
    }

    /** Eleven words in the order of the components, the rest being name, port and process id of each proxy. */
    static Settings parse(List<String> words) {
        List<Address> proxies = new ArrayList<>();
        for (int index = 11; index + 2 < words.size(); index += 3) {
            proxies.add(new Address(
                    words.get(index), Integer.parseInt(words.get(index + 1)), Long.parseLong(words.get(index + 2))));
        }
        return new Settings(
                Math.round(Double.parseDouble(words.get(0)) * 1e9),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Duration.ofSeconds(Long.parseLong(words.get(3))),
                words.get(4).equals("dual") ? Transport.DUAL_CHANNEL : Transport.WEBSOCKET,
                Integer.parseInt(words.get(5)),
                Path.of(words.get(6)),
                words.get(7),
                Path.of(words.get(8)),
                Path.of(words.get(9)),
                Integer.parseInt(words.get(10)),
                proxies);
    }
}
