package io.gatehouse.jetty.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every order of OUT, IN and the end: the tunnel is opened once at most, and learns of the end. */
class TwoConnectionsTest {
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final TwoConnections<String, String> connections =
            new TwoConnections<>((tunnel, why) -> done.add(tunnel + " ended: " + why));

    private String open() {
        done.add("open");
        return "tunnel";
    }

    private boolean attach() {
        return connections.attach("request", this::open, tunnel -> done.add(tunnel + " begins"));
    }

    @Test
    void theTunnelBeginsWhenInComesAfterOut() {
        connections.outIsReady();
        assertThat(done).isEmpty();
        assertThat(attach()).isTrue();
        assertThat(done).containsExactly("open", "tunnel begins");
        assertThat(connections.hasBegun()).isTrue();
    }

    @Test
    void inThatComesBeforeOutWaitsForIt() {
        assertThat(attach()).isTrue();
        assertThat(connections.hasBegun()).isFalse();
        assertThat(done).isEmpty();
        connections.outIsReady();
        assertThat(done).containsExactly("open", "tunnel begins");
    }

    @Test
    void noTunnelIsOpenedAfterTheEnd() {
        connections.outIsReady();
        connections.end("gone");
        assertThat(attach()).isFalse();
        assertThat(connections.takeIn()).isNull();
        assertThat(done).isEmpty();
    }

    @Test
    void inThatWaitsIsLeftForTheOneWhoAnswersIt() {
        attach();
        connections.end("gone");
        connections.outIsReady();
        assertThat(connections.takeIn()).isEqualTo("request");
        assertThat(connections.takeIn()).isNull();
        assertThat(done).isEmpty();
    }

    @Test
    void theTunnelIsToldOfTheEnd() {
        connections.outIsReady();
        attach();
        connections.end("gone");
        assertThat(done).containsExactly("open", "tunnel begins", "tunnel ended: gone");
    }

    /** The tunnel is not there yet when OUT ends, and nothing of it would be told later. */
    @Test
    void anEndWhileTheTunnelIsOpenedIsNotLost() {
        connections.outIsReady();
        connections.attach(
                "request",
                () -> {
                    connections.end("gone meanwhile");
                    return open();
                },
                tunnel -> done.add(tunnel + " begins"));
        assertThat(done).containsExactly("open", "tunnel ended: gone meanwhile");
    }

    /** Opening a tunnel runs code of others, which may wait for a thread that comes here. */
    @Test
    void otherThreadsDoNotWaitWhileTheTunnelIsOpened() throws Exception {
        connections.outIsReady();
        Thread other = Thread.ofPlatform().daemon().unstarted(() -> {
            connections.end("from elsewhere");
            done.add("other went on");
        });
        connections.attach(
                "request",
                () -> {
                    other.start();
                    assertThat(joins(other)).as("the other thread goes on").isTrue();
                    return open();
                },
                tunnel -> done.add(tunnel + " begins"));
        assertThat(done).containsExactly("other went on", "open", "tunnel ended: from elsewhere");
    }

    private static boolean joins(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
