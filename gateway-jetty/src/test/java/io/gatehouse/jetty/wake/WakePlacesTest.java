package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How users share the places for commands. */
@Timeout(30)
class WakePlacesTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final WakePlaces places = new WakePlaces();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private boolean enterNow(String user) throws InterruptedException {
        return places.enter(user, Duration.ZERO, () -> true) == WakePlaces.Entry.TAKEN;
    }

    /** Waits for a place; returns when it does. */
    private CompletableFuture<Boolean> enterLater(String user) throws Exception {
        int before = places.waiting();
        CompletableFuture<Boolean> entered = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                entered.complete(places.enter(user, LONG, () -> true) == WakePlaces.Entry.TAKEN);
            } catch (InterruptedException e) {
                entered.completeExceptionally(e);
            }
        });
        Await.until("somebody who waits", () -> places.waiting() > before);
        return entered;
    }

    private static boolean join(CompletableFuture<Boolean> entered) throws InterruptedException, ExecutionException {
        return entered.orTimeout(20, TimeUnit.SECONDS).get();
    }

    @Test
    void twoUsersCannotTakeThemAll() throws Exception {
        for (String user : new String[] {"mallory", "trudy"}) {
            for (int i = 0; i < 4; i++) {
                assertThat(enterNow(user)).isTrue();
            }
            assertThat(enterNow(user)).isFalse();
        }
        assertThat(enterNow("alice")).isTrue();
    }

    @Test
    void aFreePlaceGoesToWhoeverHasTheFewest() throws Exception {
        for (String user : new String[] {"a", "b", "c", "d"}) {
            for (int i = 0; i < 4; i++) {
                assertThat(enterNow(user)).isTrue();
            }
        }
        assertThat(enterNow("alice")).isFalse();
        CompletableFuture<Boolean> first = enterLater("a");
        CompletableFuture<Boolean> second = enterLater("a");
        CompletableFuture<Boolean> alice = enterLater("alice");
        places.leave("a");
        assertThat(join(alice)).isTrue();
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        places.leave("b");
        Await.until("one of both", () -> first.isDone() ^ second.isDone());
    }

    @Test
    void thoseWhoWaitAreToldThatNothingRunsAnyMore() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(enterNow("a")).isTrue();
        }
        CompletableFuture<Boolean> waits = enterLater("a");
        places.close();
        assertThat(join(waits)).isFalse();
        assertThat(enterNow("b")).isFalse();
    }
}
