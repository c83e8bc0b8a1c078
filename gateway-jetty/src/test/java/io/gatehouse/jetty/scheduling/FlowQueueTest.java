package io.gatehouse.jetty.scheduling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FlowQueueTest {
    private static final long TURN = 500_000;

    private final FlowScheduler scheduler = new FlowScheduler(() -> 0, () -> 0, 0);
    private final FlowQueue queue = new FlowQueue();
    private final Map<Flow, Long> served = new HashMap<>();

    private static void nothing() {}

    private Flow flow(Flow.Kind kind) {
        return from("192.0.2.1", kind);
    }

    private Flow from(String address, Flow.Kind kind) {
        return new Flow(scheduler, kind, new Source(InetAddress.ofLiteral(address)));
    }

    private List<Flow> floods(int count, Flow.Kind kind) {
        List<Flow> flows = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Flow flow = flow(kind);
            flows.add(flow);
            queue.add(flow, FlowQueueTest::nothing);
        }
        return flows;
    }

    private long served(Flow flow) {
        return served.getOrDefault(flow, 0L);
    }

    /** Serves whoever is next for {@code nanos}. */
    private Flow serve(long nanos) {
        FlowQueue.Work work = requireNonNull(queue.take());
        queue.served(work, nanos);
        served.merge(work.flow(), nanos, Long::sum);
        return work.flow();
    }

    /** Serves floods: each is back at once. */
    private void serveFloods(int turns, long nanos) {
        for (int turn = 0; turn < turns; turn++) {
            queue.add(serve(nanos), FlowQueueTest::nothing);
        }
    }

    @Test
    void floodsTakeTurns() {
        List<Flow> floods = floods(20, Flow.Kind.LIVE);
        serveFloods(2_000, TURN);
        for (Flow flood : floods) {
            assertThat(served(flood)).isEqualTo(100 * TURN);
        }
    }

    @Test
    void whoseTurnsAreLongGetsFewerOfThem() {
        Flow careful = flow(Flow.Kind.LIVE);
        Flow greedy = flow(Flow.Kind.LIVE);
        queue.add(careful, FlowQueueTest::nothing);
        queue.add(greedy, FlowQueueTest::nothing);
        for (int turn = 0; turn < 1_100; turn++) {
            Flow next = serve(0);
            long nanos = next == greedy ? 10 * TURN : TURN;
            served.merge(next, nanos, Long::sum);
            next.finish += nanos;
            queue.add(next, FlowQueueTest::nothing);
        }
        assertThat((double) served(greedy) / served(careful)).isCloseTo(1, within(0.05));
    }

    @Test
    void whoWasSilentGoesBeforeTwentyFloods() {
        floods(20, Flow.Kind.LIVE);
        serveFloods(500, TURN);
        Flow typist = flow(Flow.Kind.LIVE);
        for (int key = 0; key < 100; key++) {
            queue.add(typist, FlowQueueTest::nothing);
            assertThat(serve(20_000)).isSameAs(typist);
            serveFloods(4, TURN);
        }
    }

    @Test
    void silenceSavesUpOneTurnAndNoMore() {
        floods(2, Flow.Kind.LIVE);
        serveFloods(100_000, TURN);
        Flow late = flow(Flow.Kind.LIVE);
        queue.add(late, FlowQueueTest::nothing);
        serveFloods(300, TURN);
        assertThat(served(late)).isBetween(100 * TURN, 102 * TURN);
    }

    /** Each handshake is somebody new. */
    @Test
    void noNumberOfStrangersTakesMoreThanHalfOfTheTimeFromOpenChannels() {
        List<Flow> live = floods(2, Flow.Kind.LIVE);
        floods(1_000, Flow.Kind.NEW);
        long all = 0;
        for (int turn = 0; turn < 900; turn++) {
            FlowQueue.Work work = requireNonNull(queue.take());
            long nanos = live.contains(work.flow()) ? TURN : 4 * TURN;
            queue.served(work, nanos);
            served.merge(work.flow(), nanos, Long::sum);
            all += nanos;
            if (live.contains(work.flow())) {
                queue.add(work.flow(), FlowQueueTest::nothing);
            }
        }
        double share = live.stream().mapToLong(this::served).sum() / (double) all;
        assertThat(share).isCloseTo(0.5, within(0.02));
    }

    @Test
    void noStrangerIsPassedByThoseWhoComeLater() {
        Flow stranger = flow(Flow.Kind.NEW);
        queue.add(stranger, FlowQueueTest::nothing);
        serve(4 * TURN);
        queue.add(stranger, FlowQueueTest::nothing);
        floods(100, Flow.Kind.NEW);
        assertThat(serve(TURN)).isSameAs(stranger);
    }

    @Test
    void aSourceOfThousandsOfConnectionsWaitsForItself() {
        floods(5_000, Flow.Kind.NEW);
        Flow other = from("198.51.100.7", Flow.Kind.NEW);
        for (int step = 0; step < 5; step++) {
            queue.add(other, FlowQueueTest::nothing);
            assertThat(List.of(serve(TURN), serve(TURN))).contains(other);
        }
    }

    /**
     * Whoever has a network of addresses makes each connection from another one; who was there before is next all the
     * same.
     */
    @Test
    void aFloodOfSourcesPassesNobodyWhoCameBefore() {
        Flow other = from("198.51.100.7", Flow.Kind.NEW);
        queue.add(other, FlowQueueTest::nothing);
        for (int number = 0; number < 250; number++) {
            queue.add(from("203.0.113." + number, Flow.Kind.NEW), FlowQueueTest::nothing);
        }
        assertThat(serve(TURN)).isSameAs(other);
        queue.add(other, FlowQueueTest::nothing);
        for (int number = 0; number < 250; number++) {
            serve(TURN);
        }
        assertThat(serve(TURN)).isSameAs(other);
    }

    @Test
    void strangersGetHalfBesideFloods() {
        floods(50, Flow.Kind.LIVE);
        serveFloods(1_000, TURN);
        Flow stranger = flow(Flow.Kind.NEW);
        queue.add(stranger, FlowQueueTest::nothing);
        assertThat(List.of(serve(TURN), serve(TURN))).contains(stranger);
    }

    @Test
    void anEmptyQueueGivesNothing() {
        assertThat(queue.take()).isNull();
        floods(1, Flow.Kind.NEW);
        assertThat(queue.take()).isNotNull();
        assertThat(queue.take()).isNull();
    }
}
