package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.ConfigurationReloaded;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.edge.CertificateReload;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.tunnel.ChannelLimits;
import io.gatehouse.jetty.tunnel.Tunnels;
import io.gatehouse.jetty.wake.Waker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each attempt to reload has one answer and one audit line, whatever becomes of it. */
@Timeout(30)
class ReloadAttemptsTest {
    private static final String TEXT = """
            [[listener]]
            address = "127.0.0.1:0"
            tls = { certificate = "a.pem", key = "a.key" }
            [auth]
            order = ["ntlm"]
            [auth.ntlm]
            accounts = "accounts"
            [[policy.rule]]
            name = "NAME"
            targets = ["10.0.0.0/8"]
            """;

    private final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
    private final PolicyInForce policy = new PolicyInForce(new AccessPolicy(List.of(), _ -> false));

    private static ConfigurationLoader.Result file(String name) {
        return ConfigurationLoader.load(TEXT.replace("NAME", name), Path.of("/etc/gatehouse"), Providers.installed());
    }

    private Reload reload(ConfigurationSource source, Duration patience) {
        if (!(file("first") instanceof ConfigurationLoader.Loaded loaded)) {
            throw new AssertionError(file("first"));
        }
        Tunnels tunnels =
                new Tunnels(new ChannelLimits(Optional.empty(), 100, 30), MonotonicClock.system(), Optional::empty);
        return new Reload(
                loaded.configuration(),
                source,
                policy,
                new OwnListeners(),
                new CertificateReload(new MetricRegistry()),
                tunnels,
                new Waker(
                        List.of(),
                        MonotonicClock.system(),
                        Runnable::run,
                        new ScheduledExecutorScheduler(),
                        audit::add),
                Optional.empty(),
                Optional.empty(),
                _ -> {},
                audit::add,
                patience);
    }

    private ConfigurationReloaded onlyLine() {
        assertThat(audit).hasSize(1);
        return (ConfigurationReloaded) audit.getFirst();
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, StackOverflowError.class, NoClassDefFoundError.class})
    void whateverIsThrownTheRulesOfBeforeStayAndTheAuditLogSaysSo(Class<? extends Throwable> type) {
        AccessPolicy before = policy.get();
        ReloadAnswer answer = reload(
                        () -> {
                            switch (type.getSimpleName()) {
                                case "StackOverflowError" -> throw new StackOverflowError();
                                case "NoClassDefFoundError" -> throw new NoClassDefFoundError("gone");
                                default -> throw new IllegalStateException("broken");
                            }
                        },
                        Duration.ofSeconds(5))
                .reload("test");
        assertThat(answer).isInstanceOf(ReloadAnswer.Refused.class);
        assertThat(answer.text()).contains("the reload failed: " + type.getName());
        assertThat(onlyLine().applied()).isFalse();
        assertThat(onlyLine().detail()).isEqualTo(answer.text());
        assertThat(policy.get()).isSameAs(before);
    }

    @Test
    void aReloadThatHangsHoldsAnotherForABoundedTimeOnly() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Reload reload = reload(
                () -> {
                    reading.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return file("second");
                },
                Duration.ofMillis(100));
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ReloadAnswer> first = executor.submit(() -> reload.reload("first"));
            reading.await();
            long begun = System.nanoTime();
            ReloadAnswer second = reload.reload("second");
            long waited = System.nanoTime() - begun;
            goOn.countDown(); // before anything can fail, or the executor would wait for ever
            assertThat(second.text()).contains("another reload has not ended");
            assertThat(Duration.ofNanos(waited)).isLessThan(Duration.ofSeconds(4));
            assertThat(first.get()).isInstanceOf(ReloadAnswer.Applied.class);
            assertThat(audit).hasSize(2);
            assertThat(((ConfigurationReloaded) audit.getFirst()).by()).isEqualTo("second");
        }
    }

    @Test
    void manyAtOnceAreDoneOneAfterTheOther() throws Exception {
        AtomicInteger number = new AtomicInteger();
        AtomicInteger atOnce = new AtomicInteger();
        Reload reload = reload(
                () -> {
                    assertThat(atOnce.incrementAndGet()).isOne();
                    int mine = number.incrementAndGet();
                    ConfigurationLoader.Result result = file(mine % 3 == 0 ? "\n" : "rule " + mine);
                    atOnce.decrementAndGet();
                    return result;
                },
                Duration.ofSeconds(20));
        List<Future<ReloadAnswer>> answers = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                answers.add(executor.submit(() -> reload.reload("test")));
            }
        }
        int applied = 0;
        for (Future<ReloadAnswer> answer : answers) {
            applied += answer.get() instanceof ReloadAnswer.Applied ? 1 : 0;
        }
        assertThat(applied).isEqualTo(40);
        assertThat(audit).hasSize(60);
        String inForce = ((ConfigurationReloaded) audit.getFirst()).before();
        for (AuditEvent event : audit) {
            ConfigurationReloaded line = (ConfigurationReloaded) event;
            assertThat(line.before())
                    .as("each begins where the one before it ended")
                    .isEqualTo(inForce);
            inForce = line.after();
        }
    }

    @Test
    void aGatewayThatStopsReloadsNothing() {
        Reload reload = reload(() -> file("second"), Duration.ofSeconds(5));
        reload.stop();
        assertThat(reload.reload("test").text()).contains("the gateway stops");
        assertThat(onlyLine().applied()).isFalse();
    }

    @Test
    void aThousandProblemsAreNoThousandLinesOfAudit() {
        Reload reload = reload(
                () -> ConfigurationLoader.load(
                        "x = 1\n" + "[[policy.rul]]\n".repeat(1000), Path.of("/"), Providers.installed()),
                Duration.ofSeconds(5));
        assertThat(reload.reload("test").text().length()).isLessThan(7000);
    }
}
