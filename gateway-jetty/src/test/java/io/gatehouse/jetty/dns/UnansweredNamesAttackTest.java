package io.gatehouse.jetty.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.Await;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A user asks for names that no name server answers, beside another user. The system's call stands still as long as the
 * test wants.
 */
@Tag("attack")
@Timeout(60)
class UnansweredNamesAttackTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicInteger standing = new AtomicInteger();
    private final NameResolver resolver = new NameResolver(LIMIT, MonotonicClock.system(), this::lookUp);
    private final List<Thread> attackers = new ArrayList<>();

    /** Blocks as the system does: no interrupt ends it. */
    private InetAddress[] lookUp(String host) {
        if (host.endsWith(".silent.test")) {
            standing.incrementAndGet();
            boolean ended = false;
            while (!ended) {
                try {
                    answer.await();
                    ended = true;
                } catch (InterruptedException _) {
                    // as getaddrinfo
                }
            }
            standing.decrementAndGet();
        }
        return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
    }

    @AfterEach
    void end() throws InterruptedException {
        answer.countDown();
        attackers.forEach(Thread::interrupt);
        for (Thread attacker : attackers) {
            attacker.join();
        }
        resolver.close();
    }

    private void attack(String user, int names) {
        for (int i = 0; i < names; i++) {
            String name = "n" + i + ".silent.test";
            attackers.add(Thread.ofVirtual().start(() -> {
                try {
                    resolver.resolve(user, name, LIMIT);
                } catch (UnknownHostException _) {
                    // interrupted at the end
                }
            }));
        }
    }

    @Test
    void namesThatNobodyAnswersCostOthersNothing() throws Exception {
        attack("mallory", 500);
        Await.until("mallory's share is used up", () -> standing.get() == NameResolver.SHARE);

        long begun = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(resolver.resolve("alice", "desk" + i + ".good.test", LIMIT))
                    .containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        }
        long waited = System.nanoTime() - begun;
        System.out.printf(
                "beside 500 unanswered names of another user: 100 names in %d ms%n",
                TimeUnit.NANOSECONDS.toMillis(waited));

        assertThat(standing).hasValue(NameResolver.SHARE);
        assertThat(Duration.ofNanos(waited)).isLessThan(LIMIT);
    }

    @Test
    void whoHasUsedUpTheirShareIsToldSoWithinTheirTime() throws Exception {
        attack("mallory", NameResolver.SHARE);
        Await.until("mallory's share is used up", () -> standing.get() == NameResolver.SHARE);

        assertThatThrownBy(() -> resolver.resolve("mallory", "desk.good.test", Duration.ofMillis(50)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("desk.good.test: too many names are being resolved");
    }

    /** Nobody waits any more, but the system's calls go on: they count until they end. */
    @Test
    void namesThatWereGivenUpStillCount() throws Exception {
        attack("mallory", NameResolver.SHARE);
        Await.until("mallory's share is used up", () -> standing.get() == NameResolver.SHARE);
        for (Thread attacker : attackers) {
            attacker.interrupt();
            attacker.join();
        }
        assertThatThrownBy(() -> resolver.resolve("mallory", "n.silent.test", Duration.ofMillis(50)))
                .hasMessage("n.silent.test: too many names are being resolved");
        assertThat(standing).hasValue(NameResolver.SHARE);

        answer.countDown();
        Await.until("the calls ended", () -> standing.get() == 0);
        assertThat(resolver.resolve("mallory", "desk.good.test", LIMIT)).hasSize(1);
    }

    @Test
    void manyUsersTogetherAreBounded() throws Exception {
        for (int user = 0; user < 20; user++) {
            attack("mallory" + user, NameResolver.SHARE);
        }
        Await.until("all threads are taken", () -> standing.get() == NameResolver.THREADS);
        assertThatThrownBy(() -> resolver.resolve("alice", "desk.good.test", Duration.ofMillis(50)))
                .hasMessage("desk.good.test: too many names are being resolved");
        assertThat(standing).hasValue(NameResolver.THREADS);
    }
}
