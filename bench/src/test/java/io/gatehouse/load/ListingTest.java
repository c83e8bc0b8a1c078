package io.gatehouse.load;

import io.gatehouse.client.Channel;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long administrators wait for lists of many sessions. */
@Tag("load")
class ListingTest {
    private static final int SESSIONS = 5_000;
    private static final int BUSY = 200;
    private static final int PAGE = 500;
    private static final int PIECE = 16_384;
    private static final Pattern ID = Pattern.compile("\\{\"id\":\"([0-9a-f-]+)\"");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");
    /** All match, or none does, which is as much work. */
    private static final List<String> QUERIES = List.of(
            "user=alice&limit=" + PAGE,
            "user=nobody",
            "target=127.0.0.*&source=127.0.0.0/8&rule=load&method=ntlm&transport=websocket&limit=" + PAGE,
            "sort=oldest&limit=1000",
            "sort=user&limit=" + PAGE,
            "sort=target&limit=" + PAGE,
            "sort=idle&limit=" + PAGE,
            "sort=bytes&limit=" + PAGE);

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /**
     * What listing took.
     *
     * @param slowest the slowest answer, in milliseconds
     * @param query which one that was
     * @param ids all that the pages had
     */
    private record Listing(double slowest, String query, Set<String> ids) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "slowest %.0f ms (%s)", slowest, query);
        }
    }

    /** L-13. */
    @Test
    void fiveThousandSessionsAreListedFilteredAndPagedWhileTunnelsCarryData() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(folder);
                Crowd idle = new Crowd(gateway);
                Crowd busy = new Crowd(gateway)) {
            Crowd.Opening opening = idle.open(SESSIONS - BUSY, Transport.WEBSOCKET, false, 32, 1_000_000);
            Crowd.Opening more = busy.open(BUSY, Transport.WEBSOCKET, true, 32, 1_000_000);
            PassLines.check(
                    "L-13",
                    "5,000 sessions open",
                    opening + "; with TLS: " + more,
                    opening.failures().isEmpty() && more.failures().isEmpty());
            Listing control = listing(gateway);
            LongAdder carried = new LongAdder();
            AtomicBoolean over = new AtomicBoolean();
            Listing listing;
            double seconds;
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                long begin = System.nanoTime();
                List<Future<Object>> running = busy.channels().stream()
                        .map(channel -> executor.submit(() -> carry(channel, carried, over)))
                        .toList();
                try {
                    listing = listing(gateway);
                } finally {
                    over.set(true);
                    seconds = (System.nanoTime() - begin) / 1e9;
                }
                for (Future<Object> each : running) {
                    each.get();
                }
            }
            PassLines.say("L-13", "meanwhile %.0f MB/s in 200 tunnels".formatted(carried.sum() / seconds / 1e6));
            PassLines.check(
                    "L-13",
                    "a page within 1 s, or three times as long as without the data",
                    listing + ", without " + control,
                    listing.slowest() < Math.max(1000, 3 * control.slowest()));
            PassLines.check(
                    "L-13",
                    "ten pages have all sessions",
                    listing.ids().size(),
                    listing.ids().size() == SESSIONS);
            int alive = busy.alive();
            PassLines.check("L-13", "all that carry data are alive", alive, alive == BUSY);
        }
    }

    private static Object carry(Channel channel, LongAdder carried, AtomicBoolean over) throws IOException {
        while (!over.get()) {
            Crowd.echo(channel, PIECE);
            carried.add(2L * PIECE);
        }
        return channel;
    }

    private static Listing listing(GatewayProcess gateway) throws IOException {
        Set<String> ids = new HashSet<>();
        List<String> queries = new ArrayList<>(QUERIES);
        queries.addFirst("limit=" + PAGE);
        double slowest = 0;
        String slowestQuery = "";
        for (int i = 0; i < queries.size(); i++) {
            String query = queries.get(i);
            long begin = System.nanoTime();
            String answer = gateway.admin("/v1/sessions?" + query);
            double took = (System.nanoTime() - begin) / 1e6;
            if (took > slowest) {
                slowest = took;
                slowestQuery = query;
            }
            if (query.startsWith("limit=")) {
                ID.matcher(answer).results().forEach(found -> ids.add(found.group(1)));
                Matcher next = NEXT.matcher(answer);
                if (next.find()) {
                    queries.add(i + 1, "limit=" + PAGE + "&cursor=" + next.group(1));
                }
            }
        }
        return new Listing(slowest, slowestQuery, ids);
    }
}
