package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.audit.AuditEvent.RefusalsRepeated;
import io.gatehouse.core.audit.AuditEvent.SignInRefused;
import io.gatehouse.core.audit.AuditEvent.SignedIn;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SummarisedAuditTest {
    private static final InetAddress MALLORY = InetAddress.ofLiteral("192.0.2.66");
    private static final Origin ORIGIN = new Origin("c0ffee", MALLORY, Optional.empty(), "http");
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of(), Set.of());

    private final AtomicLong nanos = new AtomicLong();
    private final List<AuditEvent> written = new ArrayList<>();
    private final SummarisedAudit audit = new SummarisedAudit(written::add, nanos::get);

    private static SignInRefused refused(String account, Reason reason) {
        return new SignInRefused(ORIGIN, Optional.of(account), "basic", reason, "x");
    }

    @Test
    void tenRefusalsOfAnAccountAreWrittenAndTheOthersCounted() {
        for (int i = 0; i < 5000; i++) {
            audit.record(refused("alice", Reason.THROTTLED));
        }
        assertThat(written).hasSize(10).containsOnly(refused("alice", Reason.THROTTLED));

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        audit.tellEnded();
        assertThat(written).hasSize(11);
        assertThat(written.getLast()).isInstanceOfSatisfying(RefusalsRepeated.class, repeated -> {
            assertThat(repeated.origin().client()).isEqualTo(MALLORY);
            assertThat(repeated.kind()).isEqualTo("sign-in refused: throttled");
            assertThat(repeated.about()).isEqualTo("alice");
            assertThat(repeated.count()).isEqualTo(4990);
            assertThat(repeated.within()).isEqualTo(Duration.ofMinutes(1));
        });
    }

    @Test
    void otherAccountsAndReasonsAreWritten() {
        for (int i = 0; i < 100; i++) {
            audit.record(refused("alice", Reason.BAD_CREDENTIALS));
        }
        written.clear();
        audit.record(refused("bob", Reason.BAD_CREDENTIALS));
        audit.record(refused("alice", Reason.LOCKED));
        assertThat(written).containsExactly(refused("bob", Reason.BAD_CREDENTIALS), refused("alice", Reason.LOCKED));
    }

    @Test
    void whatSucceedsIsAlwaysWritten() {
        for (int i = 0; i < 1000; i++) {
            audit.record(new SignedIn(ORIGIN, ALICE));
        }
        assertThat(written).hasSize(1000);
    }

    @Test
    void theEndTellsWhatWasCounted() {
        for (int i = 0; i < 12; i++) {
            audit.record(refused("alice", Reason.MALFORMED));
        }
        audit.tellAll();
        assertThat(written.getLast())
                .isInstanceOfSatisfying(
                        RefusalsRepeated.class,
                        repeated -> assertThat(repeated.count()).isEqualTo(2));
    }
}
