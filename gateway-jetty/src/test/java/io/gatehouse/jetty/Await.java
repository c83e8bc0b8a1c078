package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waits for what another thread will do, no longer than it takes. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final long STEP_MILLIS = 10;

    private Await() {}

    /** Waits until {@code condition} holds; fails with {@code what} when it takes longer than 15 seconds. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        within(PATIENCE, what, condition);
    }

    /** Waits until {@code condition} holds, where what takes longer would be another reason. */
    public static void within(Duration limit, String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }

    /** Waits until {@code value} has not changed for so long, and returns it. */
    public static long still(LongSupplier value, Duration howLong) throws Exception {
        long[] last = {value.getAsLong()};
        long[] since = {System.nanoTime()};
        until("a value that stands still", () -> {
            long now = value.getAsLong();
            if (now != last[0]) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] >= howLong.toNanos();
        });
        return last[0];
    }
}
