package io.gatehouse.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaToken;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Uses and revocations of one token at once. */
public final class TokenRaces {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_TUNNELS = 16;
    private static final Source HERE = new Source(InetAddress.getLoopbackAddress());
    private static final PaaToken TOKEN = new PaaToken(
            "id",
            "session",
            Identity.local("local", "ntlm", "alice", Set.of(), Set.of()),
            Set.of(new Target("192.0.2.1", 3389)),
            NOW,
            NOW.plus(MINUTE),
            Optional.empty());

    private TokenRaces() {}

    private static PaaLedger ledger() {
        return new PaaLedger(
                new PaaLedger.Limits(MINUTE, MINUTE, 3, MINUTE, MINUTE, false),
                Clock.fixed(NOW, ZoneOffset.UTC),
                MonotonicClock.system());
    }

    private static int use(PaaLedger ledger, AtomicInteger cut) {
        return ledger.use(TOKEN, HERE, cut::incrementAndGet) instanceof PaaLedger.Use.Admitted ? 1 : 0;
    }

    /** No tunnel outlives the revocation of its token. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the tunnel was opened first and is cut")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the revocation came first")
    @Outcome(expect = FORBIDDEN, desc = "a tunnel with a revoked token, or one that is cut twice")
    @State
    public static class UseAgainstRevocation {
        private final PaaLedger ledger = ledger();
        private final AtomicInteger cut = new AtomicInteger();

        @Actor
        public void use(II_Result result) {
            result.r1 = TokenRaces.use(ledger, cut);
        }

        @Actor
        public void revoke() {
            ledger.revokeSession("session");
        }

        @Arbiter
        public void count(II_Result result) {
            result.r2 = cut.get();
        }
    }

    /** The last place of a token has one taker. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class LastTunnel {
        private final PaaLedger ledger = ledger();
        private final AtomicInteger cut = new AtomicInteger();

        public LastTunnel() {
            for (int i = 1; i < MOST_TUNNELS; i++) {
                TokenRaces.use(ledger, cut);
            }
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = TokenRaces.use(ledger, cut);
        }

        @Actor
        public void two(II_Result result) {
            result.r2 = TokenRaces.use(ledger, cut);
        }
    }

    /** Two revocations of one token end its tunnel once. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "cut once")
    @Outcome(expect = FORBIDDEN, desc = "not cut, or twice")
    @State
    public static class TwoRevocations {
        private final PaaLedger ledger = ledger();
        private final AtomicInteger cut = new AtomicInteger();

        public TwoRevocations() {
            TokenRaces.use(ledger, cut);
        }

        @Actor
        public void token() {
            ledger.revoke("id");
        }

        @Actor
        public void session() {
            ledger.revokeSession("session");
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = cut.get();
        }
    }

    /** A tunnel that ends while its token is revoked is told once at most. */
    @JCStressTest
    @Outcome(
            id = {"0", "1"},
            expect = ACCEPTABLE,
            desc = "ended by itself, or cut")
    @Outcome(expect = FORBIDDEN, desc = "cut twice")
    @State
    public static class EndAgainstRevocation {
        private final PaaLedger ledger = ledger();
        private final AtomicInteger cut = new AtomicInteger();
        private final PaaLedger.Ticket ticket =
                ((PaaLedger.Use.Admitted) ledger.use(TOKEN, HERE, cut::incrementAndGet)).ticket();

        @Actor
        public void end() {
            ticket.close();
        }

        @Actor
        public void revoke() {
            ledger.revoke("id");
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = cut.get();
        }
    }
}
