package io.gatehouse.jetty.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecentEventsTest {
    private static final AuditEvent.Origin ORIGIN =
            new AuditEvent.Origin("1", InetAddress.getLoopbackAddress(), Optional.empty(), "http");

    private final RecentEvents events = new RecentEvents(new TestClock(), true);

    private static AuditEvent refusal(String detail) {
        return new AuditEvent.SignInRefused(
                ORIGIN, Optional.of("mallory"), "basic", Outcome.Reason.BAD_CREDENTIALS, detail);
    }

    private static AuditEvent signIn() {
        return new AuditEvent.SignedIn(ORIGIN, Identity.local("local", "basic", "alice", Set.of(), Set.of()));
    }

    @Test
    void strangersWhoAreRefusedPushOutNoEventOfUsers() {
        events.record(signIn());
        events.record(new AuditEvent.Refused(
                ORIGIN,
                AuditEvent.Stage.TARGET,
                Optional.of(Identity.local("local", "basic", "alice", Set.of(), Set.of())),
                Optional.of("pc:3389"),
                List.of(),
                "E_PROXY_RAP_ACCESSDENIED",
                "no rule"));
        for (int i = 0; i < 3 * RecentEvents.MOST; i++) {
            events.record(refusal("no " + i));
        }
        List<RecentEvents.Entry> all = events.newest(_ -> true);
        assertThat(all).hasSize(RecentEvents.MOST + 2);
        assertThat(all.get(RecentEvents.MOST).event().action()).isEqualTo("resource.denied");
        assertThat(all.getFirst().event().text("event.reason")).hasValue("no " + (3 * RecentEvents.MOST - 1));
        assertThat(all.getLast().event().action()).isEqualTo("sign-in.accepted");
    }

    @Test
    void longTextsTakeBoundedMemory() {
        for (int i = 0; i < RecentEvents.MOST; i++) {
            events.record(new AuditEvent.Refused(
                    ORIGIN,
                    AuditEvent.Stage.TARGET,
                    Optional.empty(),
                    Optional.of("x".repeat(5000)),
                    java.util.Collections.nCopies(53, "y".repeat(5000)),
                    "E_PROXY_RAP_ACCESSDENIED",
                    "z".repeat(5000)));
        }
        long characters = events.newest(_ -> true).stream()
                .flatMap(entry -> entry.event().fields().values().stream())
                .mapToLong(value -> value.toString().length())
                .sum();
        assertThat(characters).isBetween(3_000_000L, 4_200_000L);
    }

    @Test
    void whereNoPageShowsThemNothingIsKept() {
        RecentEvents none = new RecentEvents(new TestClock(), false);
        none.record(signIn());
        assertThat(none.newest(_ -> true)).isEmpty();
    }
}
