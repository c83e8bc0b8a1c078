package io.gatehouse.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.PendingTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Half-done sign-ins that two requests want at once. */
public final class PendingRaces {
    private PendingRaces() {}

    /** Taken by one, or dropped for another. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both, none, or dropped as well")
    @State
    public static class TwoTakers {
        private final AtomicInteger dropped = new AtomicInteger();
        private final PendingTable<String, String> table = new PendingTable<>(
                MonotonicClock.system(), Duration.ofMinutes(1), 10, 10, _ -> dropped.incrementAndGet());

        public TwoTakers() {
            table.put("id", InetAddress.getLoopbackAddress(), "challenge");
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = table.take("id").isPresent() ? 1 : 0;
        }

        @Actor
        public void two(III_Result result) {
            result.r2 = table.take("id").isPresent() ? 1 : 0;
        }

        @Arbiter
        public void count(III_Result result) {
            result.r3 = dropped.get();
        }
    }
}
