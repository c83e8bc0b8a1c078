package io.gatehouse.provider.ntlm;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A domain controller that stops, comes back and hangs. */
@Timeout(180)
class NetlogonOutageTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration BOUND = TIMEOUT.plusSeconds(2);
    private static final Duration QUICKLY = Duration.ofSeconds(1);
    private static final TestAccount NEW_PASSWORD = new TestAccount("GW1$", "New.Machine.Passw0rd");

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private SambaDomain domain;
    private AuthProvider provider;

    @BeforeEach
    void start() throws Exception {
        SambaDomain.assume();
        domain = SambaDomain.start(folder);
        provider = NetlogonSetup.of(domain).within(TIMEOUT, CONNECT_TIMEOUT).open();
    }

    @AfterEach
    void stop() {
        if (provider != null) {
            provider.close();
        }
        if (domain != null) {
            domain.close();
        }
    }

    private record Timed(Outcome outcome, Duration time) {}

    private Timed signIn(TestAccount account) {
        long start = System.nanoTime();
        Outcome outcome = NetlogonSetup.signIn(provider, account);
        return new Timed(outcome, Duration.ofNanos(System.nanoTime() - start));
    }

    private static void assertUnavailable(Timed timed, Duration bound) {
        assertThat(timed.outcome())
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.reason())
                                .as(rejected.detail())
                                .isIn(Reason.UNAVAILABLE, Reason.UNANSWERED));
        assertThat(timed.time()).isLessThan(bound);
    }

    @Test
    void restartIsNotSeenByUsers() {
        assertThat(signIn(SambaDomain.ALICE).outcome()).isInstanceOf(Outcome.Accepted.class);

        domain.restart();

        assertThat(signIn(SambaDomain.ALICE).outcome()).isInstanceOf(Outcome.Accepted.class);
        assertThat(signIn(SambaDomain.BOB).outcome()).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void stoppedControllerIsUnavailableUntilItIsBack() {
        assertThat(signIn(SambaDomain.ALICE).outcome()).isInstanceOf(Outcome.Accepted.class);
        domain.stop();
        for (int round = 0; round < 3; round++) {
            assertUnavailable(signIn(SambaDomain.ALICE), BOUND);
        }

        domain.restart();

        assertThat(Wait.until(
                        Duration.ofSeconds(30), () -> signIn(SambaDomain.ALICE).outcome() instanceof Outcome.Accepted))
                .isTrue();
    }

    @Test
    void hangingControllerCostsABoundedTimeAndThenNone() throws Exception {
        assertThat(signIn(SambaDomain.ALICE).outcome()).isInstanceOf(Outcome.Accepted.class);
        domain.pause();
        List<Future<Timed>> first = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int count = 0; count < 12; count++) {
                first.add(threads.submit(() -> signIn(SambaDomain.ALICE)));
            }
        }
        for (Future<Timed> timed : first) {
            assertUnavailable(timed.get(), BOUND);
        }
        // One or two find out that it hangs; then everybody knows.
        assertThat(Wait.until(
                        Duration.ofSeconds(30),
                        () -> signIn(SambaDomain.BOB).time().compareTo(QUICKLY) < 0))
                .isTrue();
        for (int round = 0; round < 3; round++) {
            assertUnavailable(signIn(SambaDomain.BOB), QUICKLY);
        }

        domain.resume();

        assertThat(Wait.until(
                        Duration.ofSeconds(40), () -> signIn(SambaDomain.ALICE).outcome() instanceof Outcome.Accepted))
                .isTrue();
        assertThat(domain.badPasswordCount(SambaDomain.ALICE)).isZero();
    }

    @Test
    void secondControllerTakesOverFromOneThatHangs() throws Exception {
        try (SambaDomain hanging = SambaDomain.start(folder);
                AuthProvider two = NetlogonSetup.of(domain)
                        .withControllers(hanging.host(), domain.host())
                        .within(TIMEOUT, CONNECT_TIMEOUT)
                        .open()) {
            hanging.pause();
            assertThat(NetlogonSetup.signIn(two, SambaDomain.ALICE)).isInstanceOf(Outcome.Accepted.class);

            long start = System.nanoTime();
            assertThat(NetlogonSetup.signIn(two, SambaDomain.BOB)).isInstanceOf(Outcome.Accepted.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICKLY);
            hanging.resume();
        }
    }

    @Test
    void gatewayStartsWhileTheControllerIsDown() throws Exception {
        domain.stop();
        try (AuthProvider early =
                NetlogonSetup.of(domain).within(TIMEOUT, CONNECT_TIMEOUT).open()) {
            assertThat(NetlogonSetup.signIn(early, SambaDomain.ALICE)).isInstanceOf(Outcome.Rejected.class);
            domain.restart();
            assertThat(Wait.until(
                            Duration.ofSeconds(30),
                            () -> NetlogonSetup.signIn(early, SambaDomain.ALICE) instanceof Outcome.Accepted))
                    .isTrue();
        }
    }

    @Test
    void changedMachinePasswordNeedsANewKeytabOnly() throws Exception {
        NetlogonPasswords.set(domain, NEW_PASSWORD, NEW_PASSWORD.password());
        assertUnavailable(signIn(SambaDomain.ALICE), BOUND);

        try (AuthProvider right = NetlogonSetup.of(domain)
                .withMachine("GW1", NEW_PASSWORD.password())
                .open()) {
            assertThat(NetlogonSetup.signIn(right, SambaDomain.ALICE)).isInstanceOf(Outcome.Accepted.class);
        }
    }
}
