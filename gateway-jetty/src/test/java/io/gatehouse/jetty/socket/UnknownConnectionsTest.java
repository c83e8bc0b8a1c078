package io.gatehouse.jetty.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;

class UnknownConnectionsTest {
    private final List<Runnable> due = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private final UnknownConnections connections = new UnknownConnections(new Later(), Duration.ofSeconds(20), 2);

    private final class Later extends AbstractLifeCycle implements Scheduler {
        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            delays.add(unit.toSeconds(delay));
            return () -> false;
        }
    }

    private Connection opened() {
        Connection connection = new AbstractConnection(new ByteArrayEndPoint(), Runnable::run) {
            @Override
            public void onFillable() {}
        };
        connections.onOpened(connection);
        return connection;
    }

    private static boolean isOpen(Connection connection) {
        return connection.getEndPoint().isOpen();
    }

    @Test
    void aConnectionThatIsNotKnownIsClosedInTime() {
        Connection unknown = opened();
        Connection known = opened();
        connections.known(known);
        assertThat(isOpen(unknown)).isTrue();
        assertThat(delays).containsExactly(20L, 20L);

        due.forEach(Runnable::run);

        assertThat(isOpen(unknown)).isFalse();
        assertThat(isOpen(known)).isTrue();
    }

    @Test
    void theOldestOfTooManyMakesPlaceAndKnownOnesStay() {
        Connection known = opened();
        connections.known(known);
        Connection oldest = opened();
        Connection second = opened();
        Connection third = opened();

        assertThat(isOpen(oldest)).isFalse();
        assertThat(List.of(known, second, third)).allMatch(UnknownConnectionsTest::isOpen);

        connections.onClosed(second);
        opened();
        assertThat(isOpen(third)).isTrue();
    }
}
