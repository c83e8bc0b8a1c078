package io.gatehouse.jetty.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegularLookTest {
    @Test
    void aLookThatFailsIsNotTheLastOne() throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        failures.add(new IllegalStateException("of the test"));
        failures.add(new OutOfMemoryError("of the test"));
        CountDownLatch looks = new CountDownLatch(2);
        Runnable look = () -> {
            switch (failures.poll()) {
                case null -> looks.countDown();
                case RuntimeException failure -> throw failure;
                case Throwable failure -> throw (Error) failure;
            }
        };
        try (RegularLook regular = new RegularLook("of-the-test", look)) {
            regular.start(Duration.ofMillis(1));
            assertThat(looks.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
