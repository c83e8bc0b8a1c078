package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.core.kdcproxy.KdcService;
import io.gatehouse.jetty.Await;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KdcDirectoryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Domain BY_DNS = new Domain("LAB", Optional.of("LAB.TEST"), List.of(), List.of(), List.of());
    private static final InetSocketAddress DC1 = InetSocketAddress.createUnresolved("dc1.lab.test", 88);
    private static final InetSocketAddress DC2 = InetSocketAddress.createUnresolved("dc2.lab.test", 1088);

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicLong now = new AtomicLong();

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    private KdcDirectory directory(ServiceLocator locator) {
        return new KdcDirectory(
                name -> {
                    asked.add(name);
                    return locator.locate(name);
                },
                executor,
                now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void configuredKdcsAreNotLookedUp() {
        Domain configured = new Domain("LAB", Optional.of("LAB.TEST"), List.of(), List.of(), List.of(DC1, DC2, DC1));
        KdcDirectory directory = directory(_ -> List.of());
        assertThat(directory.servers(configured, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1, DC2, DC1);
        assertThat(directory.servers(configured, KdcService.KPASSWD, PATIENCE))
                .containsExactly(
                        InetSocketAddress.createUnresolved("dc1.lab.test", 464),
                        InetSocketAddress.createUnresolved("dc2.lab.test", 464));
        assertThat(asked).isEmpty();
    }

    @Test
    void othersAreLookedUpInDns() {
        Map<String, List<InetSocketAddress>> records = Map.of(
                "_kerberos._tcp.lab.test", List.of(DC1, DC2),
                "_kpasswd._udp.lab.test", List.of(DC2));
        KdcDirectory directory = directory(name -> records.getOrDefault(name, List.of()));
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1, DC2);
        assertThat(directory.servers(BY_DNS, KdcService.KPASSWD, PATIENCE)).containsExactly(DC2);
        assertThat(asked)
                .containsExactly("_kerberos._tcp.lab.test", "_kpasswd._tcp.lab.test", "_kpasswd._udp.lab.test");
    }

    @Test
    void whatDnsSaidIsUsedForAMinute() throws Exception {
        KdcDirectory directory = directory(_ -> List.of(DC1));
        for (int i = 0; i < 10; i++) {
            directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE);
        }
        pass(Duration.ofSeconds(59));
        directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE);
        assertThat(asked).hasSize(1);
        pass(Duration.ofSeconds(2));
        directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE);
        awaitAsked(2);
    }

    private void awaitAsked(int times) throws Exception {
        Await.until("DNS asked " + times + " times", () -> asked.size() >= times);
        assertThat(asked).hasSize(times);
    }

    /** A name server that hangs, or has lost the zone, does not keep anybody from KDCs that are known. */
    @Test
    void whatDnsSaidOutlivesDns() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        KdcDirectory directory = directory(_ -> {
            if (asked.size() == 1) {
                return List.of(DC1);
            }
            try {
                hang.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of();
        });
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
        pass(Duration.ofMinutes(2));
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
        awaitAsked(2);
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
        hang.countDown();
        awaitAsked(3);
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
    }

    @Test
    void nobodyWaitsLongerForDnsThanTheyWant() {
        CountDownLatch never = new CountDownLatch(1);
        KdcDirectory directory = directory(_ -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return List.of(DC1);
        });
        long start = System.nanoTime();
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, Duration.ofMillis(100)))
                .isEmpty();
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, Duration.ofMillis(100)))
                .isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(asked).as("one question for all who wait").hasSize(1);
    }

    @Test
    void dnsThatKnowsNothingIsAskedAgainSoon() {
        KdcDirectory directory = directory(_ -> asked.size() < 3 ? List.of() : List.of(DC1));
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).isEmpty();
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).isEmpty();
        assertThat(asked).hasSize(2);
        pass(Duration.ofSeconds(6));
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
    }

    @Test
    void locatorThatBreaksIsAskedAgain() {
        KdcDirectory directory = directory(_ -> {
            if (asked.size() == 1) {
                throw new IllegalStateException("broken");
            }
            return List.of(DC1);
        });
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).isEmpty();
        pass(Duration.ofSeconds(6));
        assertThat(directory.servers(BY_DNS, KdcService.KERBEROS, PATIENCE)).containsExactly(DC1);
    }

    @Test
    void memoryOfAKdcFades() {
        KdcMemory memory = new KdcMemory(now::get);
        memory.wasSilent(DC1);
        assertThat(memory.bestFirst(List.of(DC1, DC2, DC1))).containsExactly(DC2, DC1);
        pass(Duration.ofSeconds(31));
        assertThat(memory.bestFirst(List.of(DC1, DC2))).containsExactly(DC1, DC2);
        memory.wasSilent(DC1);
        memory.answered(DC1);
        assertThat(memory.bestFirst(List.of(DC1, DC2))).containsExactly(DC1, DC2);
    }

    @Test
    void memoryIsBounded() {
        ExpiringSet<Integer> lately = new ExpiringSet<>(Duration.ofSeconds(1), now::get);
        for (int i = 0; i < 10_000; i++) {
            assertThat(lately.add(i)).isTrue();
            pass(Duration.ofMillis(10));
        }
        assertThat(lately.contains(9_999)).isTrue();
        assertThat(lately.contains(9_800)).isFalse();
        assertThat(lately.add(9_999)).isFalse();
        assertThat(lately.size()).isLessThan(400);
    }
}
