package io.gatehouse.provider.kerberos;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.provider.kerberos.ReplayCache.Verdict;
import io.gatehouse.testkit.provider.TestClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReplayCacheTest {
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final TestClock clock = new TestClock();
    private final ReplayCache cache = new ReplayCache(clock, LIFETIME, 6, 3);

    private static byte[] authenticator(int number) {
        return ByteBuffer.allocate(200).putInt(number).array();
    }

    @Test
    void anAuthenticatorIsFreshOnce() {
        assertThat(cache.examine(authenticator(1), "alice")).isEqualTo(Verdict.FRESH);
        assertThat(cache.examine(authenticator(1), "alice")).isEqualTo(Verdict.REPLAY);
        assertThat(cache.examine(authenticator(1), "bob")).isEqualTo(Verdict.REPLAY);
        assertThat(cache.examine(authenticator(2), "alice")).isEqualTo(Verdict.FRESH);
        assertThat(cache.size()).isEqualTo(2);
    }

    @Test
    void itIsRememberedForItsWholeLife() {
        cache.examine(authenticator(1), "alice");
        clock.advance(LIFETIME);
        assertThat(cache.examine(authenticator(1), "alice")).isEqualTo(Verdict.REPLAY);
        clock.advance(Duration.ofMillis(1));
        assertThat(cache.examine(authenticator(1), "alice")).isEqualTo(Verdict.FRESH);
    }

    @Test
    void oneClientCannotFillItForOthers() {
        for (int i = 0; i < 3; i++) {
            assertThat(cache.examine(authenticator(i), "alice")).isEqualTo(Verdict.FRESH);
        }
        assertThat(cache.examine(authenticator(3), "alice")).isEqualTo(Verdict.TOO_MANY_OF_CLIENT);
        assertThat(cache.examine(authenticator(3), "bob")).isEqualTo(Verdict.FRESH);
        clock.advance(LIFETIME.plusMillis(1));
        assertThat(cache.examine(authenticator(4), "alice")).isEqualTo(Verdict.FRESH);
        assertThat(cache.size()).isEqualTo(1);
    }

    @Test
    void whenItIsFullNothingIsForgottenEarly() {
        for (int i = 0; i < 6; i++) {
            assertThat(cache.examine(authenticator(i), "user" + i)).isEqualTo(Verdict.FRESH);
        }
        assertThat(cache.examine(authenticator(6), "late")).isEqualTo(Verdict.FULL);
        assertThat(cache.examine(authenticator(0), "user0")).isEqualTo(Verdict.REPLAY);
        clock.advance(LIFETIME.plusMillis(1));
        assertThat(cache.examine(authenticator(6), "late")).isEqualTo(Verdict.FRESH);
    }

    @Test
    void ofManyThreadsOneIsFirst() throws Exception {
        List<Future<Verdict>> verdicts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                verdicts.add(threads.submit(() -> cache.examine(authenticator(1), "alice")));
            }
        }
        List<Verdict> all = new ArrayList<>();
        for (Future<Verdict> verdict : verdicts) {
            all.add(verdict.get());
        }
        assertThat(all).filteredOn(Verdict.FRESH::equals).hasSize(1);
        assertThat(all).filteredOn(Verdict.REPLAY::equals).hasSize(49);
    }
}
