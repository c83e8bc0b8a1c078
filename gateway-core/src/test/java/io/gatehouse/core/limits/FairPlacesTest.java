package io.gatehouse.core.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FairPlacesTest {
    private static final InetAddress ATTACKER = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress ALICE = InetAddress.ofLiteral("192.0.2.2");
    private static final InetAddress BOB = InetAddress.ofLiteral("192.0.2.3");
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(50);

    private static Optional<FairPlaces.Place> enter(FairPlaces places, InetAddress source) {
        return places.enter(source, AT_ONCE);
    }

    @Test
    void oneSourceHasItsShareAndNoMore() {
        FairPlaces places = new FairPlaces(new FairPlaces.Bounds(4, 2, 10, 10));
        assertThat(enter(places, ATTACKER)).isPresent();
        FairPlaces.Place second = enter(places, ATTACKER).orElseThrow();
        assertThat(enter(places, ATTACKER)).isEmpty();
        assertThat(enter(places, ALICE)).isPresent();
        assertThat(enter(places, BOB)).isPresent();
        assertThat(enter(places, BOB)).isEmpty(); // all are taken

        second.close();
        second.close();
        assertThat(enter(places, ATTACKER)).isPresent();
        assertThat(enter(places, ATTACKER)).isEmpty();
        assertThat(places.waiting()).isZero();
    }

    @Test
    void aNetworkOfIpv6IsOneSource() {
        FairPlaces places = new FairPlaces(new FairPlaces.Bounds(4, 1, 10, 10));
        assertThat(enter(places, InetAddress.ofLiteral("2001:db8::1"))).isPresent();
        assertThat(enter(places, InetAddress.ofLiteral("2001:db8::2"))).isEmpty();
        assertThat(enter(places, InetAddress.ofLiteral("2001:db8:0:1::1"))).isPresent();
    }

    private static Thread waiter(FairPlaces places, InetAddress source, String name, List<String> order, int position)
            throws InterruptedException {
        Thread thread = Thread.ofVirtual()
                .start(() -> places.enter(source, LONG).ifPresent(place -> {
                    synchronized (order) {
                        order.add(name);
                    }
                    place.close();
                }));
        while (places.waiting() < position) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void thoseWhoWaitGetPlacesInTurnBySource() throws InterruptedException {
        FairPlaces places = new FairPlaces(new FairPlaces.Bounds(1, 1, 10, 10));
        FairPlaces.Place only = enter(places, BOB).orElseThrow();
        List<String> order = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            threads.add(waiter(places, ATTACKER, "attacker " + i, order, i));
        }
        threads.add(waiter(places, ALICE, "alice", order, 5));
        only.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).containsExactly("attacker 1", "alice", "attacker 2", "attacker 3", "attacker 4");
    }

    @Test
    void whoWaitsIsBoundedByAllAndBySource() throws InterruptedException {
        FairPlaces places = new FairPlaces(new FairPlaces.Bounds(1, 1, 3, 2));
        FairPlaces.Place only = enter(places, BOB).orElseThrow();
        List<String> order = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        threads.add(waiter(places, ATTACKER, "a", order, 1));
        threads.add(waiter(places, ATTACKER, "a", order, 2));
        assertThat(places.enter(ATTACKER, LONG)).isEmpty(); // at once, or the test ends by its timeout
        threads.add(waiter(places, ALICE, "alice", order, 3));
        assertThat(places.enter(BOB, LONG)).isEmpty();
        only.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(order).hasSize(3);
        assertThat(enter(places, BOB)).isPresent();
    }

    @Test
    void whoeverIsInterruptedLeavesTheQueue() throws InterruptedException {
        FairPlaces places = new FairPlaces(new FairPlaces.Bounds(1, 1, 3, 3));
        FairPlaces.Place only = enter(places, BOB).orElseThrow();
        CountDownLatch gone = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual().start(() -> {
            if (places.enter(ALICE, LONG).isEmpty()) {
                gone.countDown();
            }
        });
        while (places.waiting() < 1) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        gone.await();
        assertThat(places.waiting()).isZero();
        only.close();
        assertThat(enter(places, BOB)).isPresent();
    }
}
