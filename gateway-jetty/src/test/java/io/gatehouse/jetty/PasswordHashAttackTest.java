package io.gatehouse.jetty;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Forty addresses guess by Basic at accounts whose hashes are argon2's, as fast as they are answered. */
@Tag("attack")
@Timeout(120)
class PasswordHashAttackTest {
    private static final int ADDRESSES = 40;
    /** Requests on one connection before sign-in are limited. */
    private static final int GUESSES_PER_CONNECTION = 20;

    private static final int GUESSES = 30;
    private static final String HOME = "192.0.2.1";
    private static final String TABLES = TestGateway.RULE + """
            [limits]
            guesses-per-source = 1000
            """;

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();

    private static int signIn(RawHttp http, String source, String user, String password) throws IOException {
        byte[] token = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        http.send(outHead(
                "RDG-Connection-Id: " + UUID.randomUUID() + "\r\nX-Forwarded-For: " + source,
                RawHttp.authorization("Basic", token)));
        return http.readHead().status();
    }

    private int ownersSignIn(TestGateway gateway, String source) throws IOException {
        try (RawHttp http = RawHttp.plain(gateway)) {
            int before = answered.get();
            assertThat(signIn(http, source, "bob", TestGateway.PASSWORD)).isEqualTo(200);
            return answered.get() - before;
        }
    }

    private void guess(TestGateway gateway, int address) throws IOException {
        int number = 0;
        while (!ended.get()) {
            try (RawHttp http = RawHttp.plain(gateway)) {
                for (int i = 0; i < GUESSES_PER_CONNECTION && !ended.get(); i++) {
                    int status = signIn(http, "127.0.1." + address, "user" + address + "-" + number++, "Winter2026");
                    assertThat(status).isEqualTo(401);
                    answered.incrementAndGet();
                }
            } catch (SocketTimeoutException tooLong) {
                answered.incrementAndGet(); // has waited for its turn as long as it likes, and comes again
            }
        }
    }

    /** Each takes a core for as long as it takes, on a machine that may have other things to do. */
    private void awaitGuesses(int count) throws InterruptedException {
        while (answered.get() < count) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The hashes wait for each other; nobody else waits for them, and owners do not wait for all of them. */
    @Test
    void whoSignsInWithoutAHashOrFromHomeIsNotHeldUpByTheGuesses() throws Exception {
        List<Future<?>> guessers = new ArrayList<>();
        try (TestGateway gateway = TestGateway.behindProxyWithArgon2(TABLES);
                GoodClient good = GoodClient.beside(gateway);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ownersSignIn(gateway, HOME);
            good.await(20, 2);
            System.out.println("without guesses: " + good.waits());
            try {
                for (int i = 1; i <= ADDRESSES; i++) {
                    int address = i;
                    guessers.add(threads.submit(() -> {
                        guess(gateway, address);
                        return null;
                    }));
                }
                measure(gateway, good);
            } finally {
                ended.set(true);
            }
            for (Future<?> guesser : guessers) {
                guesser.get();
            }
        }
    }

    private void measure(TestGateway gateway, GoodClient good) throws Exception {
        awaitGuesses(ADDRESSES + ADDRESSES / 4); // each has guessed wrong
        good.forget();
        int before = answered.get();
        int duringOwners = ownersSignIn(gateway, HOME);
        int duringStrangers = ownersSignIn(gateway, "192.0.2.2");
        awaitGuesses(before + GUESSES);
        GoodClient.Waits waits = good.report(GUESSES + " hashes of " + ADDRESSES + " addresses");
        System.out.println("guesses answered while the owner signed in at home: " + duringOwners
                + ", from somewhere new: " + duringStrangers);
        assertThat(waits.failures()).isEmpty();
        assertThat(waits.signIns()).as("sign-ins that need no hash").isGreaterThanOrEqualTo(GUESSES / 5);
        assertThat(duringOwners).as("guesses before the owner at home").isLessThan(ADDRESSES / 2);
        assertThat(duringStrangers)
                .as("guesses before somebody new: no source has two turns")
                .isLessThan(2 * ADDRESSES);
    }
}
