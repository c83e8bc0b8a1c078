package io.gatehouse.bench;

import io.gatehouse.client.Transport;
import java.io.IOException;

/** Loads a server until the Java compiler has done most of its work; until then it needs two to five times as much. */
final class Warmth {
    /** Processor seconds that this takes. */
    private static final double ENOUGH = 5;
    /** Bytes for each direction of a turn. */
    private static final long BYTES = 250_000_000;

    private static final int MAX_TURNS = 40;
    private static final int OPENINGS = 1_500;

    private Warmth() {}

    /** Warms the code up that relays. */
    static void byRelaying(Proxy proxy, Transport transport, Relaying relaying) throws IOException {
        double start = proxy.processorSeconds();
        // Without a number, all turns are taken.
        for (int turn = 0; turn < MAX_TURNS && !(proxy.processorSeconds() - start >= ENOUGH); turn++) {
            relaying.bulk(proxy, transport, 1, BYTES, false);
            relaying.bulk(proxy, transport, 1, BYTES, true);
            relaying.roundTrips(proxy, transport, 2_000, 0, new Results());
        }
    }

    /** Warms the code up that opens tunnels. */
    static void byOpening(Proxy proxy, Openings openings) throws IOException {
        openings.open(proxy, proxy.usual(Transport.WEBSOCKET), OPENINGS);
    }
}
