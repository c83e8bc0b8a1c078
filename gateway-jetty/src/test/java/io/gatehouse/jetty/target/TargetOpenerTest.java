package io.gatehouse.jetty.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.MagicPacket;
import io.gatehouse.core.wake.WakeAddress;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.metrics.DialTimes;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.wake.WakeAnswer;
import io.gatehouse.jetty.wake.Waker;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names whose addresses change between one question and the next, under a rule that allows every name. */
@Timeout(60)
class TargetOpenerTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Identity MALLORY = Identity.local("local", "ntlm", "mallory", Set.of(), Set.of());
    private static final InetAddress PUBLIC = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final List<String> asked = new ArrayList<>();
    private final List<InetAddress[]> answers = new ArrayList<>();
    private final NameResolver resolver = new NameResolver(LIMIT, MonotonicClock.system(), this::answer);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler();
    private final TargetDialler dialler = new TargetDialler(
            threads,
            scheduler,
            new FlowScheduler(MonotonicClock.system(), MonotonicClock.system(), 1),
            new ArrayByteBufferPool(),
            LIMIT,
            65480,
            new RelayedBytes(Metrics.NONE),
            new DialTimes(new MetricRegistry(), MonotonicClock.system()));
    private final TargetOpener opener = opener(new TargetPattern.Any());
    private final BlockingQueue<String> results = new ArrayBlockingQueue<>(10);

    private TargetOpener opener(TargetPattern allowed) {
        return opener(allowed, LIMIT, MonotonicClock.system());
    }

    private TargetOpener opener(TargetPattern allowed, Duration timeout, MonotonicClock time) {
        AccessPolicy policy = new AccessPolicy(
                List.of(new PolicyRule(
                        new Rule(
                                "targets",
                                Optional.empty(),
                                Optional.empty(),
                                AtSessionTimeout.DISCONNECT,
                                Optional.empty(),
                                true,
                                Optional.empty()),
                        List.of(),
                        Set.of(),
                        Set.of(),
                        List.of(allowed),
                        List.of(new PortRange(1, 65535)),
                        0)),
                _ -> false);
        return new TargetOpener(
                () -> policy,
                resolver,
                dialler,
                executor,
                timeout,
                time,
                new KeyedRateLimit<>(MonotonicClock.system(), 1000, 1000));
    }

    /** Each question gets the next answer, the last one for good. */
    private synchronized InetAddress[] answer(String host) throws UnknownHostException {
        asked.add(host);
        if (host.startsWith("unknown")) {
            throw new UnknownHostException(host);
        }
        return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
    }

    @BeforeEach
    void start() throws Exception {
        threads.start();
        scheduler.start();
        dialler.start();
    }

    @AfterEach
    void stop() throws Exception {
        dialler.stop();
        scheduler.stop();
        threads.stop();
        executor.close();
        resolver.close();
    }

    private class NotingListener implements TargetOpener.Listener {
        @Override
        public void opened(Access.Allow allow, InetAddress address, TargetConnection connection) {
            results.add("opened " + address.getHostAddress());
            connection.close();
        }

        @Override
        public void failed(TargetFailure failure, String target, String why) {
            results.add(failure + " " + target + ": " + why);
        }
    }

    private String open(List<String> names, int port) throws InterruptedException {
        return open(opener, names, port, new NotingListener());
    }

    private String open(TargetOpener by, List<String> names, int port, TargetOpener.Listener listener)
            throws InterruptedException {
        by.open(Requester.of(MALLORY, PUBLIC, Instant.EPOCH), names, port, listener);
        return String.valueOf(results.poll(30, TimeUnit.SECONDS));
    }

    @Test
    void theAddressThatWasCheckedIsTheOneThatIsDialled() throws Exception {
        answers.add(new InetAddress[] {PUBLIC});
        answers.add(new InetAddress[] {LOOPBACK});
        try (EchoTarget target = new EchoTarget()) {
            assertThat(open(List.of("rebind.example.com"), target.port()))
                    .startsWith("UNREACHABLE rebind.example.com:" + target.port() + ": rebind.example.com:"
                            + target.port() + " at 192.0.2.1: ");
            assertThat(asked).containsExactly("rebind.example.com");
            assertThat(target.accepted()).isZero();

            assertThat(open(List.of("rebind.example.com"), target.port()))
                    .startsWith("DENIED_BY_ADDRESS rebind.example.com:" + target.port()
                            + ": 127.0.0.1 is a loopback address");
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void anAddressThatIsNotAllowedIsNotDialledBesideOneThatIs() throws Exception {
        answers.add(new InetAddress[] {LOOPBACK, PUBLIC});
        try (EchoTarget target = new EchoTarget()) {
            assertThat(open(List.of("both.example.com"), target.port())).startsWith("UNREACHABLE both.example.com:");
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void theNameThatWasTriedIsNamedBeforeTheOnesThatWereRefused() throws Exception {
        answers.add(new InetAddress[] {LOOPBACK});
        answers.add(new InetAddress[] {PUBLIC});
        assertThat(open(List.of("decoy.example.com", "real.example.com"), 3389))
                .startsWith("UNREACHABLE real.example.com:3389: real.example.com:3389 at 192.0.2.1: ")
                .contains("; 127.0.0.1 is a loopback address");
    }

    /** Or a client would learn which names there are; the tunnel answers both alike. */
    @Test
    void aNameWhoseAddressIsDeniedIsNotToldFromAnUnknownOne() throws Exception {
        answers.add(new InetAddress[] {LOOPBACK});
        assertThat(open(List.of("denied.example.com"), 3389))
                .startsWith("DENIED_BY_ADDRESS denied.example.com:3389: 127.0.0.1 is a loopback address");
        assertThat(open(List.of("unknown.example.com"), 3389)).startsWith("UNREACHABLE unknown.example.com:3389: ");
        assertThat(open(List.of("127.0.0.1"), 3389)).startsWith("DENIED 127.0.0.1:3389: ");
    }

    /** A second result would say that the channel failed, while its connection is open. */
    @Test
    void aListenerThatFailsIsToldNothingMore() throws Exception {
        try (EchoTarget target = new EchoTarget()) {
            TargetOpener.Listener failing = new NotingListener() {
                @Override
                public void opened(Access.Allow allow, InetAddress address, TargetConnection connection) {
                    super.opened(allow, address, connection);
                    throw new IllegalStateException("broken");
                }
            };
            TargetOpener toLoopback = opener(new TargetPattern.Block(new Cidr(LOOPBACK, 32)));
            assertThat(open(toLoopback, List.of("127.0.0.1"), target.port(), failing))
                    .isEqualTo("opened 127.0.0.1");
            executor.close(); // waits for the end of the attempt
            assertThat(results).isEmpty();
        }
    }

    private Waker waker(InetAddress address, int port, MonotonicClock time, AuditLog audit) {
        MagicPacket packet =
                new MagicPacket(new WakeAddress(LOOPBACK, 9), new MacAddress("00:1a:2b:aa:bb:cc"), Optional.empty());
        Wakeable desktop = new Wakeable(
                "pc",
                new PersonalHost(address.getHostAddress()),
                port,
                Optional.of(packet),
                Optional.empty(),
                Duration.ofMinutes(10));
        return new Waker(List.of(desktop), time, executor, scheduler, audit);
    }

    /** Clients have gone after 30 seconds (MS-TSGU 4.2.1), of which dialling has the last. */
    @Test
    void aSleepingMachineIsWaitedFor24SecondsAndReachedByTheNextTryIfItWakesLater() throws Exception {
        InetAddress address = InetAddress.ofLiteral("127.0.0.7");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, address)) {
            port = free.getLocalPort();
        }
        String target = "127.0.0.7:" + port;
        AtomicLong nanos = new AtomicLong();
        TargetOpener byClock =
                opener(new TargetPattern.Block(new Cidr(address, 32)), Duration.ofMinutes(10), nanos::get);
        List<AuditEvent.Waking> lines = new CopyOnWriteArrayList<>();
        Waker waker = waker(address, port, nanos::get, event -> lines.add(((AuditEvent.WakeUp) event).what()));
        long bound = Duration.ofSeconds(24).toNanos();

        assertThat(open(
                        byClock,
                        List.of("127.0.0.7"),
                        port,
                        new WakingListener(waker, () -> nanos.addAndGet(bound - 1))))
                .as("the last moment")
                .startsWith("UNREACHABLE " + target + ": " + target + " at 127.0.0.7: ")
                .contains("; " + target + ": no answer from port " + port);
        assertThat(open(byClock, List.of("127.0.0.7"), port, new WakingListener(waker, () -> nanos.addAndGet(bound))))
                .as("the end")
                .startsWith("UNREACHABLE " + target + ": " + target + ": no answer from port " + port)
                .contains(", which is tried until 600 s (wake-wait)");
        try (ServerSocket awake = new ServerSocket()) {
            assertThat(open(byClock, List.of("127.0.0.7"), port, new WakingListener(waker, () -> {
                        awake.bind(new InetSocketAddress(address, port));
                        return awake;
                    })))
                    .isEqualTo("opened 127.0.0.7");
        }
        assertThat(lines).as("once").containsExactly(AuditEvent.Waking.BEGUN, AuditEvent.Waking.ANSWERED);
    }

    /** Wakes the machine of a target; then something happens while it is waited for. */
    private final class WakingListener extends NotingListener {
        private final Waker waker;
        private final Callable<?> then;

        private WakingListener(Waker waker, Callable<?> then) {
            this.waker = waker;
            this.then = then;
        }

        @Override
        public Optional<Supplier<WakeAnswer>> waking(Access.Allow allow) {
            return waker.of(AuditEvent.Origin.ofCommand(), MALLORY, allow).map(waking -> () -> {
                WakeAnswer answer = waking.get();
                try {
                    var _ = then.call();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return answer;
            });
        }
    }
}
