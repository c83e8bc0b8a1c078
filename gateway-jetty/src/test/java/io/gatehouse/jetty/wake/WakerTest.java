package io.gatehouse.jetty.wake;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.WarningLog;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a waker does for users, by a clock of the test; sockets are real. */
@Timeout(30)
class WakerTest {
    private static final int PORT = 33890;
    private static final Duration WAIT = Duration.ofMinutes(10);

    private final AtomicLong nanos = new AtomicLong();
    private final MonotonicClock time = nanos::get;
    private final List<AuditEvent.WakeUp> lines = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private DatagramChannel card;

    @BeforeEach
    void open() throws IOException {
        card = DatagramChannel.open();
        card.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        card.configureBlocking(false);
    }

    @AfterEach
    void end() throws IOException {
        threads.shutdownNow();
        card.close();
    }

    /** Its tasks come when the test wants it. */
    private static final class Timers extends AbstractLifeCycle implements Scheduler {
        private final List<Runnable> due = new CopyOnWriteArrayList<>();

        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            return () -> false;
        }
    }

    private final Timers timers = new Timers();

    private Waker waker(int desktops, AuditLog audit) throws IOException {
        return waker(desktops, audit, _ -> Optional.empty());
    }

    private Waker waker(int desktops, AuditLog audit, IntFunction<Optional<WakeCommand>> command) throws IOException {
        WakeAddress to = new WakeAddress(
                InetAddress.getLoopbackAddress(), ((InetSocketAddress) card.getLocalAddress()).getPort());
        List<Wakeable> wakeables = IntStream.range(0, desktops)
                .mapToObj(number -> new Wakeable(
                        "pc" + number,
                        new PersonalHost(host(number)),
                        PORT,
                        Optional.of(new MagicPacket(to, mac(number), Optional.empty())),
                        command.apply(number),
                        WAIT))
                .toList();
        return new Waker(wakeables, time, threads, timers, event -> {
            lines.add((AuditEvent.WakeUp) event);
            audit.record(event);
        });
    }

    private static MacAddress mac(int number) {
        return new MacAddress("00:1a:2b:aa:%02x:%02x".formatted(number / 256, number % 256));
    }

    private static String host(int number) {
        return "pc" + number + ".test";
    }

    /** A rule that lets users wake the machine with this number. */
    private static Access.Allow allow(int number, String... addresses) {
        Rule rule = new Rule(
                "staff",
                Optional.empty(),
                Optional.empty(),
                AtSessionTimeout.DISCONNECT,
                Optional.empty(),
                true,
                Optional.empty());
        return new Access.Allow(
                rule,
                new Target(host(number), PORT),
                List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
    }

    private static WakeAnswer wake(Waker waker, String user, Access.Allow allow) {
        return waker.of(
                        AuditEvent.Origin.ofCommand(),
                        Identity.local("local", "local", user, Set.of(), Set.of()),
                        allow)
                .orElseThrow()
                .get();
    }

    private static WakingMachine begun(WakeAnswer answer) {
        if (!(answer instanceof WakeAnswer.Begun(WakingMachine machine))) {
            throw new AssertionError(answer);
        }
        return machine;
    }

    private static boolean isAwake(WakingMachine machine) throws InterruptedException {
        return machine.awaitAnswer(TimeUnit.SECONDS.toNanos(10));
    }

    private static Closeable listening(String address) throws IOException {
        return SleepingMachine.echo(new InetSocketAddress(address, PORT));
    }

    private boolean gotPacket() throws IOException {
        return card.receive(ByteBuffer.allocate(200)) != null;
    }

    @Test
    void aMachineThatRunsGetsNoPacketAndNoLine() throws Exception {
        try (Closeable _ = listening("127.0.0.61")) {
            Waker waker = waker(1, _ -> {});
            assertThat(isAwake(begun(wake(waker, "alice", allow(0, "127.0.0.61")))))
                    .isTrue();
            assertThat(lines).isEmpty();
            assertThat(gotPacket()).isFalse();
            assertThat(waker.count()).isZero();
        }
    }

    @Test
    void itsLastAddressCountsAsMuchAsItsFirst() throws Exception {
        String[] addresses = IntStream.rangeClosed(61, 68)
                .mapToObj(last -> "127.0.0." + last)
                .toArray(String[]::new);
        try (Closeable _ = listening("127.0.0.68")) {
            Waker waker = waker(1, _ -> {});
            Access.Allow allow = allow(0, addresses);
            assertThat(waker.look(Map.of(allow.target(), allow.addresses()), Duration.ofSeconds(10)))
                    .containsEntry(allow.target(), MachineState.ON);
            assertThat(isAwake(begun(wake(waker, "alice", allow)))).isTrue();
        }
    }

    @Test
    void whoeverWaitsForItHearsOfItAfterTheLine() throws Exception {
        CompletableFuture<Closeable> port = new CompletableFuture<>();
        CountDownLatch written = new CountDownLatch(1);
        Waker waker = waker(1, event -> {
            if (((AuditEvent.WakeUp) event).what() == AuditEvent.Waking.BEGUN) {
                try {
                    port.complete(listening("127.0.0.62"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            } else {
                try {
                    assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        WakingMachine machine = begun(wake(waker, "alice", allow(0, "127.0.0.62")));
        try (Closeable _ = port.get(10, TimeUnit.SECONDS)) {
            Await.until("the second line", () -> lines.size() == 2);
            assertThat(machine.awaitAnswer(0)).isFalse();
            written.countDown();
            assertThat(isAwake(machine)).isTrue();
            assertThat(lines.getLast().what()).isEqualTo(AuditEvent.Waking.ANSWERED);
            assertThat(gotPacket()).isTrue();
        }
    }

    @Test
    void aFailureAtItsBeginLeavesAMachineThatCanBeWokenAgain() throws Exception {
        List<Throwable> failures = new CopyOnWriteArrayList<>(
                List.of(new IllegalStateException("no line"), new NoClassDefFoundError("no class")));
        Waker waker = waker(1, event -> {
            if (((AuditEvent.WakeUp) event).what() == AuditEvent.Waking.BEGUN && !failures.isEmpty()) {
                switch (failures.removeFirst()) {
                    case RuntimeException failure -> throw failure;
                    case Throwable failure -> throw (Error) failure;
                }
            }
        });
        for (String why : List.of("no line", "no class")) {
            assertThat(isAwake(begun(wake(waker, "alice", allow(0, "127.0.0.63")))))
                    .isFalse();
            assertThat(lines.getLast().what()).isEqualTo(AuditEvent.Waking.UNANSWERED);
            assertThat(lines.getLast().detail()).contains(why);
            assertThat(waker.count()).isZero();
        }
        begun(wake(waker, "alice", allow(0, "127.0.0.63")));
        Await.until("a packet", this::gotPacket);
    }

    @Test
    void whatIsBeingWokenWhenTheGatewayStopsEndsForThatReason() throws Exception {
        Waker waker = waker(2, _ -> {});
        WakingMachine machine = begun(wake(waker, "alice", allow(0, "127.0.0.63")));
        Await.until("a turn that has ended", () -> timers.due.size() == 1);
        waker.close();
        assertThat(isAwake(machine)).isFalse();
        assertThat(lines)
                .extracting(AuditEvent.WakeUp::what, AuditEvent.WakeUp::detail)
                .satisfiesExactly(
                        begin -> assertThat(begin.toList().getFirst()).isEqualTo(AuditEvent.Waking.BEGUN),
                        finish -> assertThat(finish.toList())
                                .isEqualTo(List.of(AuditEvent.Waking.UNANSWERED, "the gateway stops")));
        assertThat(wake(waker, "alice", allow(1, "127.0.0.63"))).isEqualTo(new WakeAnswer.Refused("the gateway stops"));
        assertThat(waker.count()).isZero();
    }

    @Test
    void oneUserHasTwentyFourMachinesAtOneTimeAndLeavesPlaceForOthers() throws Exception {
        Waker waker = waker(26, _ -> {});
        for (int i = 0; i < 24; i++) {
            begun(wake(waker, "mallory", allow(i, "127.0.0.64")));
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        }
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(2));
        assertThat(wake(waker, "mallory", allow(24, "127.0.0.64")))
                .isEqualTo(new WakeAnswer.Refused("24 machines are being woken for the user already"));
        begun(wake(waker, "mallory", allow(3, "127.0.0.64"))); // joins
        begun(wake(waker, "alice", allow(24, "127.0.0.64")));
        assertThat(waker.count()).isEqualTo(25);
    }

    @Test
    void onlySoManyPortsAreAskedAtOneTimeAndTheOthersAtTheNextLook() {
        List<Runnable> asked = new ArrayList<>();
        MachineStates states = new MachineStates(time, asked::add);
        List<InetAddress> nobody = List.of(InetAddress.ofLiteral("127.0.0.65"));
        List<CompletableFuture<MachineState>> looks = IntStream.range(0, 200)
                .mapToObj(number -> states.of(new Target(host(number), PORT), nobody))
                .toList();
        assertThat(asked).hasSize(128);
        assertThat(looks.subList(0, 128)).noneMatch(CompletableFuture::isDone);
        assertThat(looks.subList(128, 200))
                .allSatisfy(look -> assertThat(look).isCompletedWithValue(MachineState.UNKNOWN));
        List.copyOf(asked).forEach(Runnable::run);
        assertThat(looks.getFirst()).isCompletedWithValue(MachineState.OFF);
        assertThat(states.of(new Target(host(0), PORT), nobody)).isCompletedWithValue(MachineState.OFF);
        assertThat(asked).hasSize(128);
        assertThat(states.of(new Target(host(199), PORT), nobody)).isNotDone();
        assertThat(asked).hasSize(129);
    }

    @Test
    void aUserWakesTwelveInARowAndThenSixAMinute() throws Exception {
        Waker waker = waker(15, _ -> {});
        for (int i = 0; i < 12; i++) {
            begun(wake(waker, "mallory", allow(i, "127.0.0.64")));
        }
        WakeAnswer tooOften = new WakeAnswer.Refused(
                "the user wakes machines too often (expected at most 12 times in a row, and 6 times a minute)");
        assertThat(wake(waker, "mallory", allow(12, "127.0.0.64"))).isEqualTo(tooOften);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
        begun(wake(waker, "mallory", allow(12, "127.0.0.64")));
        assertThat(wake(waker, "mallory", allow(13, "127.0.0.64"))).isEqualTo(tooOften);
        begun(wake(waker, "alice", allow(14, "127.0.0.64")));
    }

    @Test
    void allUsersTogetherHaveTwoHundredAndFiftySixMachinesAtOneTime() throws Exception {
        Waker waker = waker(257, _ -> {});
        for (int i = 0; i < 256; i++) {
            begun(wake(waker, "user" + i % 32, allow(i, "127.0.0.64")));
        }
        assertThat(wake(waker, "alice", allow(256, "127.0.0.64")))
                .isEqualTo(new WakeAnswer.Refused("256 machines are being woken already"));
    }

    @Test
    void aStateLastsFifteenSeconds() throws Exception {
        List<Runnable> asked = new ArrayList<>();
        MachineStates states = new MachineStates(time, asked::add);
        Target target = new Target(host(0), PORT);
        List<InetAddress> first = List.of(InetAddress.ofLiteral("127.0.0.65"));
        List<InetAddress> second = List.of(InetAddress.ofLiteral("127.0.0.66"));
        assertThat(states.of(target, first)).isNotDone();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(14));
        assertThat(states.of(target, first)).isNotDone();
        assertThat(asked).hasSize(1);
        assertThat(states.of(target, second)).isNotDone();
        assertThat(asked).as("other addresses are another question").hasSize(2);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(states.of(target, first)).isNotDone();
        assertThat(asked).hasSize(3);
        states.forget(target);
        assertThat(states.of(target, second)).isNotDone();
        assertThat(asked).hasSize(4);
    }

    /** A rule may allow one user other addresses of a host than another. */
    @Test
    void theAddressesOfAllWhoWaitAreAsked() throws Exception {
        Waker waker = waker(1, _ -> {});
        WakingMachine machine = begun(wake(waker, "mallory", allow(0, "127.0.0.64")));
        Await.until("a turn that has ended", () -> timers.due.size() == 1);
        try (Closeable _ = listening("127.0.0.67")) {
            assertThat(begun(wake(waker, "alice", allow(0, "127.0.0.67")))).isSameAs(machine);
            timers.due.getFirst().run();
            assertThat(isAwake(machine)).isTrue();
        }
    }

    @Test
    void desktopsWithOneNetworkCardShareItsLimit() throws Exception {
        WakeAddress to = new WakeAddress(InetAddress.getLoopbackAddress(), 9);
        Optional<MagicPacket> packet = Optional.of(new MagicPacket(to, mac(0), Optional.empty()));
        List<Wakeable> wakeables = IntStream.range(0, 5)
                .mapToObj(number -> new Wakeable(
                        "pc" + number, new PersonalHost(host(number)), PORT, packet, Optional.empty(), WAIT))
                .toList();
        Waker waker = new Waker(wakeables, time, threads, timers, _ -> {});
        for (int i = 0; i < 4; i++) {
            begun(wake(waker, "alice", allow(i, "127.0.0.64")));
        }
        assertThat(wake(waker, "alice", allow(4, "127.0.0.64")))
                .isEqualTo(new WakeAnswer.Refused(
                        "it was woken too often (expected at most 4 times in a row, and 2 times a minute)"));
    }

    @Test
    void attemptsAtAMachineThatRunsTakeNothingFromThoseWhoNeedIt() throws Exception {
        Waker waker = waker(1, _ -> {});
        Access.Allow allow = allow(0, "127.0.0.69");
        try (Closeable _ = listening("127.0.0.69")) {
            for (int i = 0; i < 12; i++) {
                assertThat(isAwake(begun(wake(waker, "mallory", allow)))).isTrue();
            }
        }
        assertThat(lines).isEmpty();
        WakingMachine machine = begun(wake(waker, "alice", allow));
        Await.until("a packet", this::gotPacket);
        machine.giveUp("the test ends");
        assertThat(lines).extracting(AuditEvent.WakeUp::what).contains(AuditEvent.Waking.BEGUN);
    }

    /** What a command does to a computer that somebody works at, nobody knows. */
    @Test
    void aCommandThatWaitsForAPlaceDoesNotRunWhenTheMachineAnswered(@TempDir Path folder) throws Exception {
        Path ran = folder.resolve("ran");
        Waker waker = waker(
                5,
                _ -> {},
                number -> Optional.of(new WakeCommand(
                        number < 4 ? List.of("/bin/sleep", "300") : List.of("/bin/touch", ran.toString()), WAIT)));
        for (int i = 0; i < 4; i++) {
            begun(wake(waker, "alice", allow(i, "127.0.0.64")));
        }
        Await.until("four turns that have ended", () -> timers.due.size() == 4);
        Await.until(
                "four commands",
                () -> ProcessHandle.current()
                                .children()
                                .filter(child ->
                                        child.info().commandLine().orElse("").endsWith("sleep 300"))
                                .count()
                        >= 4);
        WakingMachine machine = begun(wake(waker, "alice", allow(4, "127.0.0.68")));
        Await.until("the fifth turn", () -> timers.due.size() == 5);
        assertThat(waker.count()).isEqualTo(5);
        try (Closeable _ = listening("127.0.0.68")) {
            timers.due.getLast().run();
            assertThat(isAwake(machine)).isTrue();
            Await.until("the end of the wait for a place", () -> waker.count() == 4);
        }
        waker.close();
        assertThat(ran).doesNotExist();
    }

    @Test
    void whyACommandFailedIsInALineInAnyCase(@TempDir Path folder) throws Exception {
        Path go = folder.resolve("go");
        String script = "while [ ! -e " + go + " ]; do sleep 0.01; done; echo no such instance; exit 3";
        Waker waker = waker(
                1, _ -> {}, _ -> Optional.of(new WakeCommand(List.of("/bin/sh", "-c", script), WAIT.multipliedBy(2))));
        WakingMachine machine = begun(wake(waker, "alice", allow(0, "127.0.0.69")));
        Await.until("a turn that has ended", () -> timers.due.size() == 1);
        try (WarningLog log = new WarningLog(Waker.class)) {
            nanos.addAndGet(WAIT.toNanos());
            timers.due.getLast().run();
            assertThat(isAwake(machine)).isFalse();
            assertThat(lines.getLast().detail()).endsWith(", and its command has not ended");
            Files.createFile(go);
            assertThat(log.lines()).containsExactly("a wake command failed after the end of the waking");
        }
    }
}
