package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndStepsTest {
    /** The audit log would not be closed otherwise, and used tokens would be forgotten. */
    @Test
    void whateverFailsTheRestIsDone() {
        List<String> done = new ArrayList<>();
        EndSteps.each(
                () -> done.add("first"),
                () -> {
                    throw new IOException("a test");
                },
                () -> {
                    throw new IllegalStateException("a test");
                },
                () -> {
                    throw new NoClassDefFoundError("a test");
                },
                () -> {
                    throw new InterruptedException("a test");
                },
                () -> done.add("last"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).containsExactly("first", "last");
    }
}
