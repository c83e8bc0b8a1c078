package io.gatehouse.jetty.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountListener;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantTerms;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.tunnel.ChannelLimits;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes of a request or a grant whose user is ended while it is being made. */
@Timeout(60)
class GrantDeskTest {
    private static final AuditEvent.Origin HERE = AuditEvent.Origin.ofCommand();
    private static final Identity CAROL = Identity.local("local", "basic", "carol", Set.of("guests"), Set.of());
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of("staff"), Set.of());
    private static final GrantSettings SETTINGS = new GrantSettings(
            Set.of("echo"),
            Optional.empty(),
            new AccountSelection(List.of(), Set.of("staff")),
            Duration.ofHours(8),
            false,
            new GrantTerms(Set.of(), false, 0, Optional.empty(), Optional.empty(), AtHoursEnd.DISCONNECT),
            Domains.NONE);

    private final List<AuditEvent.AccessGranting> lines = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

    private GrantDesk desk(Path folder) throws Exception {
        AccountListener nobody = new AccountListener() {
            @Override
            public void accountGone(Identity user, String reason) {}

            @Override
            public void directoryFailed(String provider, Throwable failure) {}
        };
        MonotonicClock time = MonotonicClock.system();
        return new GrantDesk(
                SETTINGS,
                folder.resolve("grants"),
                List.of(new GrantableDesktop("echo", "Echo", new PersonalHost("127.0.0.1"), 3389)),
                new GrantServices(
                        new PolicyInForce(new AccessPolicy(List.of(), _ -> false)),
                        new Tunnels(new ChannelLimits(Optional.empty(), 100, 30), time, Optional::empty),
                        new AccountChecks(Map.of(), Domains.NONE, time, Duration.ofMinutes(1), nobody),
                        event -> {
                            AuditEvent.AccessGranting line = (AuditEvent.AccessGranting) event;
                            lines.add(line);
                            if (line.what() == Granting.ASKED || line.what() == Granting.APPROVED) {
                                meanwhile.getAndSet(() -> {}).run();
                            }
                        },
                        Clock.systemUTC(),
                        time,
                        Runnable::run));
    }

    /** Goes on when the other thread is done, or waits for what this one does. */
    private static void awaitDoneOrWaiting(Thread thread) {
        try {
            Await.until(
                    "the end of a user",
                    () -> thread.getState() == Thread.State.TERMINATED || thread.getState() == Thread.State.BLOCKED);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String ask(GrantDesk desk) {
        GrantAnswer answer = desk.ask(HERE, CAROL, "echo", "why", Duration.ofHours(1));
        assertThat(answer).isInstanceOf(GrantAnswer.Done.class);
        return ((GrantAnswer.Done) answer).id();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASKED", "APPROVED"})
    void theEndOfAUserEndsWhatIsBeingMade(Granting what, @TempDir Path folder) throws Exception {
        GrantDesk desk = desk(folder);
        String request = what == Granting.APPROVED ? ask(desk) : "";
        Thread ending = Thread.ofPlatform()
                .unstarted(() -> desk.endAll(AccountScope.everywhere(CAROL), Optional.empty(), "gone"));
        meanwhile.set(() -> {
            ending.start();
            awaitDoneOrWaiting(ending);
        });
        if (what == Granting.APPROVED) {
            desk.approve(HERE, ALICE, request, Duration.ofHours(1), false);
        } else {
            ask(desk);
        }
        ending.join();
        assertThat(desk.requests()).isEmpty();
        assertThat(desk.grants()).isEmpty();
        assertThat(lines.getLast().what())
                .as("the last line tells what holds")
                .isEqualTo(what == Granting.APPROVED ? Granting.REVOKED : Granting.DENIED);
    }

    @Test
    void othersKeepWhatTheyAreGranted(@TempDir Path folder) throws Exception {
        GrantDesk desk = desk(folder);
        assertThat(desk.approve(HERE, ALICE, ask(desk), Duration.ofHours(1), false))
                .isInstanceOf(GrantAnswer.Done.class);
        assertThat(desk.endAll(AccountScope.everywhere(ALICE), Optional.empty(), "gone"))
                .isEmpty();
        assertThat(desk.grants()).hasSize(1);
    }
}
