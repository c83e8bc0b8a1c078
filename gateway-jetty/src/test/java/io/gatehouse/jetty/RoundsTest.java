package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<Runnable> due = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final AtomicBoolean goesOn = new AtomicBoolean(true);

    private final class Later extends AbstractLifeCycle implements Scheduler {
        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            assertThat(unit.toSeconds(delay)).isEqualTo(5);
            due.add(task);
            return () -> false;
        }
    }

    @Test
    void aPartThatFailsKeepsNeitherTheOthersNorTheNextRoundFromComing() {
        new Rounds(
                        new Later(),
                        goesOn::get,
                        Duration.ofSeconds(5),
                        () -> {
                            throw new IllegalStateException("of the test");
                        },
                        () -> {
                            throw new NoClassDefFoundError("of the test");
                        },
                        () -> done.add("last"))
                .make();
        assertThat(done).containsExactly("last");
        due.removeFirst().run();
        assertThat(done).containsExactly("last", "last");
        goesOn.set(false);
        due.removeFirst().run();
        assertThat(due).isEmpty();
    }
}
