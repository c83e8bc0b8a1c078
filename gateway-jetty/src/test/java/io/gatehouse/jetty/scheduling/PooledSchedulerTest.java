package io.gatehouse.jetty.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PooledSchedulerTest {
    private static final int ROUNDS = 500;

    /** A tunnel arms a timer in the very moment in which the gateway stops: Jetty's scheduler throws then. */
    @Test
    void aTaskThatComesWhileTheSchedulerStopsIsDropped() throws Exception {
        List<RuntimeException> thrown = new CopyOnWriteArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            PooledScheduler scheduler = new PooledScheduler("timer", Runnable::run);
            scheduler.start();
            CountDownLatch scheduling = new CountDownLatch(1);
            Thread tunnel = Thread.ofPlatform().start(() -> {
                try {
                    while (scheduler.isRunning() || scheduler.isStopping()) {
                        scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
                        scheduling.countDown();
                    }
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            scheduling.await();
            scheduler.stop();
            tunnel.join();
        }
        assertThat(thrown).isEmpty();
    }

    @Test
    void aTaskOfAStoppedSchedulerIsDropped() throws Exception {
        PooledScheduler scheduler = new PooledScheduler("timer", Runnable::run);
        scheduler.start();
        scheduler.stop();

        assertThat(scheduler.schedule(() -> {}, 1, TimeUnit.HOURS).cancel()).isFalse();
    }
}
