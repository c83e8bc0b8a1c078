package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.GoodClient;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Twenty sources hold all the connections that may be before sign-in, and ask nothing. */
@Tag("attack")
class HalfOpenAttackTest {
    private static final int SOURCES = 20;
    private static final int CONNECTIONS = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static RawHttp halfOpen(TestGateway gateway, int number) throws IOException {
        return RawHttp.plainFrom(gateway, "127.1." + number % SOURCES + ".1");
    }

    /** Signs in from {@code source} with an id that no other source has used, and tells how long that took. */
    private static Duration signIn(TestGateway gateway, String source) throws Exception {
        long begin = System.nanoTime();
        try (RawHttp http = RawHttp.plainFrom(gateway, source)) {
            assertThat(http.out("alice", "{" + UUID.randomUUID() + "}").status())
                    .isEqualTo(200);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /**
     * A busy machine makes everything slow, so the same without an attack is the measure where a second is too short.
     */
    private static Duration limit(Duration control) {
        return Collections.max(List.of(PATIENCE, control.multipliedBy(10)));
    }

    @Test
    void whoSignsInWaitsForNobodyWhoHoldsConnectionsOpen() throws Exception {
        String limits = "[limits]\nfirst-request-deadline = \"60s\"\n";
        List<RawHttp> held = new ArrayList<>();
        try (TestGateway gateway = TestGateway.start(limits + TestGateway.RULE)) {
            Duration control = Collections.max(List.of(signIn(gateway, "127.0.0.9"), signIn(gateway, "127.0.0.9")));
            gateway.awaitEmpty();
            for (int i = 0; i < CONNECTIONS; i++) {
                held.add(halfOpen(gateway, i));
            }
            Await.until("2,000 connections", () -> gateway.census().getLast() == CONNECTIONS);
            Duration fromKnown = signIn(gateway, "127.0.0.9");
            Duration fromNew = signIn(gateway, "127.200.0.1");
            System.out.printf(
                    "beside 2,000 half-open connections: %d ms from a known address, %d ms from a new one (%d ms without)%n",
                    fromKnown.toMillis(), fromNew.toMillis(), control.toMillis());
            assertThat(fromKnown).isLessThan(limit(control));
            assertThat(fromNew).isLessThan(limit(control));
            assertThat(gateway.census().getLast()).isLessThanOrEqualTo(CONNECTIONS);
        } finally {
            for (RawHttp connection : held) {
                connection.close();
            }
        }
    }

    @Test
    void whoSignsInOverTlsWaitsForNobodyWhoOpensConnectionsAsFastAsTheyCan() throws Exception {
        String limits = """
                [limits]
                first-request-deadline = "60s"
                connections-before-login = 400
                connections-before-login-per-source = 20
                """;
        AtomicBoolean ended = new AtomicBoolean();
        AtomicInteger opened = new AtomicInteger();
        try (TestGateway gateway = TestGateway.start(limits + TestGateway.RULE);
                GoodClient good = GoodClient.beside(gateway)) {
            GoodClient.Waits control = good.await(20, 3);
            good.forget();
            Thread attacker = Thread.ofPlatform().start(() -> hold(gateway, ended, opened));
            try {
                Await.until("an attack", () -> opened.get() > 1200);
                good.await(50, 5);
            } finally {
                ended.set(true);
                attacker.join();
            }
            GoodClient.Waits waits = good.report(opened + " half-open connections, 400 at once");
            assertThat(waits.failures()).isEmpty();
            assertThat(waits.medianSignIn()).isLessThan(limit(control.medianSignIn()));
            assertThat(waits.longestSignIn())
                    .as("one that the machine itself held up")
                    .isLessThan(limit(control.longestSignIn()).multipliedBy(5));
        }
    }

    /** Holds 400 connections, and opens others in their place all the time. */
    private static void hold(TestGateway gateway, AtomicBoolean ended, AtomicInteger opened) {
        List<RawHttp> held = new ArrayList<>();
        try {
            while (!ended.get()) {
                held.add(halfOpen(gateway, opened.getAndIncrement()));
                if (held.size() > 400) {
                    held.removeFirst().close();
                }
            }
            for (RawHttp connection : held) {
                connection.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
