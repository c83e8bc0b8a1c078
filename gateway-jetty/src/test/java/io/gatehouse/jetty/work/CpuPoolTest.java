package io.gatehouse.jetty.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.CpuWork;
import io.gatehouse.core.limits.Rank;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CpuPoolTest {
    private static final Source HERE = new Source(InetAddress.getLoopbackAddress());

    private static CpuWork cpu(CpuPool pool) {
        return pool.of(HERE, Rank.NEW);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps the only thread busy from {@code inside} to {@code leave}. */
    private static Callable<Boolean> occupation(CpuPool pool, CountDownLatch inside, CountDownLatch leave) {
        return () -> cpu(pool).compute(() -> {
            inside.countDown();
            return await(leave);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 2", "5, 4", "64, 4"})
    void oneCoreIsLeftToOthers(int cores, int threads) {
        assertThat(CpuPool.threads(cores)).isEqualTo(threads);
    }

    @Test
    void asManyRunAsThereAreThreadsOnPlatformThreadsAndNeverMore() throws Exception {
        CyclicBarrier threeTogether = new CyclicBarrier(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Boolean>> onVirtualThread = new ArrayList<>();
        try (CpuPool pool = new CpuPool(3, 100, 100, Duration.ofMinutes(1));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 39; count++) {
                onVirtualThread.add(callers.submit(() -> cpu(pool).compute(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    try {
                        threeTogether.await(30, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    running.decrementAndGet();
                    return Thread.currentThread().isVirtual();
                })));
            }
            for (Future<Boolean> each : onVirtualThread) {
                assertThat(each.get()).isFalse();
            }
        }
        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void whatIsThrownIsThrownAtTheCaller() {
        try (CpuPool pool = new CpuPool(1, 10, 10, Duration.ofMinutes(1))) {
            IllegalArgumentException odd = new IllegalArgumentException("odd");
            assertThatThrownBy(() -> cpu(pool).run(() -> {
                        throw odd;
                    }))
                    .isSameAs(odd);
            assertThat(cpu(pool).compute(() -> 7)).isEqualTo(7);
        }
    }

    @Test
    void whoWaitsTooLongIsToldThatItIsBusyAndIsNotRun() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        try (CpuPool pool = new CpuPool(1, 10, 10, Duration.ofSeconds(1));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = callers.submit(occupation(pool, inside, leave));
            inside.await();
            assertThatThrownBy(() -> cpu(pool).run(runs::incrementAndGet))
                    .isInstanceOf(CpuWork.BusyException.class)
                    .hasMessage("no turn to compute within 1000 ms");
            leave.countDown();
            assertThat(first.get()).as("what has begun is waited for").isTrue();
            assertThat(pool.waiting()).isZero();
            assertThat(pool.refused()).isEqualTo(1);
        }
        assertThat(runs.get()).isZero();
    }

    @Test
    void aSourceThatWantsTooMuchIsRefusedAtOnceAndAnotherIsNot() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Source other = new Source(InetAddress.getByName("127.0.0.2"));
        try (CpuPool pool = new CpuPool(1, 10, 1, Duration.ofMinutes(1));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = callers.submit(occupation(pool, inside, leave));
            inside.await();
            Future<?> second = callers.submit(() -> cpu(pool).run(() -> {}));
            while (pool.waiting() == 0) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> cpu(pool).run(() -> {}))
                    .isInstanceOf(CpuWork.BusyException.class)
                    .hasMessage("1 computations wait, and at most 1 of one source may");
            Future<?> ofOther = callers.submit(() -> pool.of(other, Rank.NEW).run(() -> {}));
            leave.countDown();
            second.get();
            ofOther.get();
            assertThat(first.get()).isTrue();
        }
    }

    @Test
    void anInterruptedWaitIsBusyAndStaysInterrupted() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        try (CpuPool pool = new CpuPool(1, 10, 10, Duration.ofMinutes(1));
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = callers.submit(occupation(pool, inside, leave));
            inside.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> cpu(pool).run(() -> {})).isInstanceOf(CpuWork.BusyException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(pool.waiting()).isZero();
            leave.countDown();
            assertThat(first.get()).isTrue();
        }
    }

    @Test
    void whoWaitsWhenTheGatewayStopsIsRefused() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        CpuPool pool = new CpuPool(1, 10, 10, Duration.ofMinutes(1));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> first = callers.submit(occupation(pool, inside, leave));
            inside.await();
            Future<?> second = callers.submit(() -> cpu(pool).run(() -> {}));
            while (pool.waiting() == 0) {
                Thread.onSpinWait();
            }
            pool.close();
            assertThatThrownBy(second::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CpuWork.BusyException.class);
            assertThatThrownBy(() -> cpu(pool).run(() -> {})).isInstanceOf(CpuWork.BusyException.class);
            leave.countDown();
            assertThat(first.get()).as("what has begun is finished").isTrue();
        }
    }
}
