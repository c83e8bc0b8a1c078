package io.gatehouse.jetty.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.metrics.DialTimes;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.testkit.target.EchoTarget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
        AccessPolicy policy = new AccessPolicy(
                List.of(new PolicyRule(
                        new Rule("targets", Optional.empty(), Optional.empty()),
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
                LIMIT,
                MonotonicClock.system(),
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

    private String open(List<String> names, int port) throws InterruptedException {
        opener.open(Requester.of(MALLORY, PUBLIC, Instant.EPOCH), names, port, new TargetOpener.Listener() {
            @Override
            public void opened(Access.Allow allow, InetAddress address, TargetConnection connection) {
                connection.close();
                results.add("opened " + address.getHostAddress());
            }

            @Override
            public void failed(TargetFailure failure, String target, String why) {
                results.add(failure + " " + target + ": " + why);
            }
        });
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
            opener(new TargetPattern.Block(new Cidr(LOOPBACK, 32)))
                    .open(
                            Requester.of(MALLORY, PUBLIC, Instant.EPOCH),
                            List.of("127.0.0.1"),
                            target.port(),
                            new TargetOpener.Listener() {
                                @Override
                                public void opened(
                                        Access.Allow allow, InetAddress address, TargetConnection connection) {
                                    results.add("opened " + address.getHostAddress());
                                    connection.close();
                                    throw new IllegalStateException("broken");
                                }

                                @Override
                                public void failed(TargetFailure failure, String name, String why) {
                                    results.add(failure + " " + name + ": " + why);
                                }
                            });
            assertThat(results.poll(30, TimeUnit.SECONDS)).isEqualTo("opened 127.0.0.1");
            executor.close(); // waits for the end of the attempt
            assertThat(results).isEmpty();
        }
    }
}
