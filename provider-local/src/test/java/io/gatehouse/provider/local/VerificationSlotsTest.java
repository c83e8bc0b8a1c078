package io.gatehouse.provider.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VerificationSlotsTest {
    @Test
    void asManyRunAsThereAreSlotsAndNeverMore() throws Exception {
        VerificationSlots slots = new VerificationSlots(3, Duration.ofMinutes(1));
        CyclicBarrier threeTogether = new CyclicBarrier(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Boolean>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 39; count++) {
                results.add(threads.submit(() -> slots.verify(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    meet(threeTogether);
                    running.decrementAndGet();
                    return true;
                })));
            }
        }
        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        assertThat(most.get()).isEqualTo(3);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoWaitsTooLongIsToldThatItIsBusy() throws Exception {
        VerificationSlots slots = new VerificationSlots(1, Duration.ofMillis(1));
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = threads.submit(() -> slots.verify(() -> {
                inside.countDown();
                try {
                    leave.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return true;
            }));
            inside.await();
            assertThatThrownBy(() -> slots.verify(() -> true))
                    .isInstanceOf(RealmRefusal.class)
                    .hasMessage("no password check within 1 ms");
            leave.countDown();
            assertThat(first.get()).isTrue();
        }
        assertThat(slots.verify(() -> true)).isTrue();
    }

    @Test
    void anInterruptedWaitIsBusyAndStaysInterrupted() {
        VerificationSlots slots = new VerificationSlots(1, Duration.ofMinutes(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> slots.verify(() -> true)).isInstanceOf(RealmRefusal.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
