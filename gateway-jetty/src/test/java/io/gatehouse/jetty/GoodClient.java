package io.gatehouse.jetty;

import io.gatehouse.client.Channel;
import io.gatehouse.client.ClientOptions;
import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A well-behaved client beside an attack: one tunnel that sends 64 bytes and waits for their echo, again and again, and
 * one sign-in after the other, each up to an open channel. It measures how long it waits for both, waits that have not
 * ended included, and counts what fails.
 */
public final class GoodClient implements AutoCloseable {
    private static final int PIECE = 64;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration SIGN_IN_PAUSE = Duration.ofMillis(100);

    /**
     * How long the client waited.
     *
     * @param failures the errors of round trips and sign-ins
     */
    public record Waits(
            int roundTrips,
            Duration medianRoundTrip,
            Duration longestRoundTrip,
            int signIns,
            Duration medianSignIn,
            Duration longestSignIn,
            List<String> failures) {

        /** One line for the report of an attack. */
        @Override
        public String toString() {
            return "%d round trips: median %.1f ms, longest %.1f ms; %d sign-ins: median %.0f ms, longest %.0f ms; %d failures"
                    .formatted(
                            roundTrips,
                            millis(medianRoundTrip),
                            millis(longestRoundTrip),
                            signIns,
                            millis(medianSignIn),
                            millis(longestSignIn),
                            failures.size());
        }

        private static double millis(Duration wait) {
            return wait.toNanos() / 1e6;
        }
    }

    /** What one of the two activities has seen. */
    private static final class Stopwatch {
        private final List<Long> nanos = new ArrayList<>();
        private @Nullable Long started;

        synchronized void start() {
            started = System.nanoTime();
        }

        synchronized void stop() {
            Long since = started;
            if (since != null) {
                nanos.add(System.nanoTime() - since);
                started = null;
            }
        }

        synchronized int count() {
            return nanos.size();
        }

        synchronized Duration median() {
            List<Long> sorted = all();
            Collections.sort(sorted);
            return Duration.ofNanos(sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2));
        }

        synchronized Duration longest() {
            return Duration.ofNanos(
                    all().stream().mapToLong(Long::longValue).max().orElse(0));
        }

        synchronized void reset() {
            nanos.clear();
            if (started != null) {
                started = System.nanoTime();
            }
        }

        private List<Long> all() {
            List<Long> all = new ArrayList<>(nanos);
            Long since = started;
            if (since != null) {
                all.add(System.nanoTime() - since);
            }
            return all;
        }
    }

    /** One of the two activities. */
    private interface Activity {
        void once() throws IOException;
    }

    private final ClientOptions signIns;
    private final EchoTarget target = new EchoTarget();
    private final GatewayClient client;
    private final Channel channel;
    private final Stopwatch roundTrips = new Stopwatch();
    private final Stopwatch openings = new Stopwatch();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> threads;
    private volatile boolean ended;

    private GoodClient(ClientOptions tunnel, ClientOptions signIns) throws IOException {
        this.signIns = signIns;
        this.client = new GatewayClient(tunnel);
        this.channel = client.open("good", List.of(target.host()), target.port());
        this.threads = List.of(
                Thread.ofPlatform().name("good-tunnel").start(() -> repeat(this::roundTrip, PAUSE)),
                Thread.ofPlatform().name("good-sign-in").start(() -> repeat(this::signIn, SIGN_IN_PAUSE)));
    }

    /** As alice, over TLS and a WebSocket, with NTLM. */
    public static GoodClient beside(TestGateway gateway) throws IOException {
        ClientOptions options = gateway.options(Transport.WEBSOCKET)
                .credentials(Credentials.ntlm("alice", TestGateway.PASSWORD))
                .readTimeout(Duration.ofSeconds(30))
                .build();
        return beside(options, options);
    }

    /** With options of its own for the tunnel that stays and for the sign-ins; the target is on 127.0.0.1. */
    public static GoodClient beside(ClientOptions tunnel, ClientOptions signIns) throws IOException {
        return new GoodClient(tunnel, signIns);
    }

    private void repeat(Activity activity, Duration pause) {
        try {
            while (!ended) {
                try {
                    activity.once();
                } catch (IOException e) {
                    if (!ended) {
                        failures.add(e.toString());
                    }
                }
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void roundTrip() throws IOException {
        roundTrips.start();
        channel.send(ByteBuffer.allocate(PIECE));
        channel.readFully(ByteBuffer.allocate(PIECE));
        roundTrips.stop();
    }

    private void signIn() throws IOException {
        openings.start();
        try (GatewayClient other = new GatewayClient(signIns)) {
            other.open("good", List.of(target.host()), target.port());
            openings.stop();
        }
    }

    /** What happened since the start, or since the last {@link #forget}. */
    Waits waits() {
        return new Waits(
                roundTrips.count(),
                roundTrips.median(),
                roundTrips.longest(),
                openings.count(),
                openings.median(),
                openings.longest(),
                List.copyOf(failures));
    }

    /** Waits until so many round trips and sign-ins were made, for a control without attack or a warm-up. */
    public Waits await(int trips, int opened) throws Exception {
        Await.until(
                trips + " round trips and " + opened + " sign-ins",
                () -> roundTrips.count() >= trips && openings.count() >= opened);
        return waits();
    }

    /** Begins to measure afresh. */
    public void forget() {
        roundTrips.reset();
        openings.reset();
        failures.clear();
    }

    /** Prints how long the client waited beside {@code attack}, for whoever reads the output of the tests. */
    public Waits report(String attack) {
        Waits waits = waits();
        System.out.println("beside " + attack + ": " + waits);
        return waits;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        threads.forEach(Thread::interrupt);
        client.abort();
        client.close();
        target.close();
    }
}
