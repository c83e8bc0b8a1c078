package io.gatehouse.jetty;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Peer;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.SignIn;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two IN channels for one OUT channel, and an OUT channel that goes while its IN channel comes. */
public final class PairingRaces {
    private static final String ID = "{00000000-0000-0000-0000-000000000001}";
    private static final String CONNECTION = "connection";
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();
    private static final DualChannel.Owner OWNER = new DualChannel.Owner(
            new SignIn.InTunnel(ExtendedAuthScheme.SSPI_NTLM), new Peer(CLIENT, true, true, List.of()));
    private static final Scheduler SCHEDULER = scheduler();

    private PairingRaces() {}

    private static Scheduler scheduler() {
        ScheduledExecutorScheduler scheduler = new ScheduledExecutorScheduler("races", true);
        try {
            scheduler.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return scheduler;
    }

    private static int join(Pairings pairings) {
        return pairings.join(ID, CLIENT, CONNECTION).isPresent() ? 1 : 0;
    }

    /** An OUT channel that waits, with a grant for one IN channel. */
    public abstract static class Waiting {
        final Pairings pairings = new Pairings(SCHEDULER, Duration.ofMinutes(1));
        final Pairings.Half half = pairings.open(
                        ID,
                        OWNER,
                        new ConnectionGuard(
                                null, new ByteArrayEndPoint(), true, MonotonicClock.system(), Duration.ofMinutes(1), 1))
                .orElseThrow();

        Waiting() {
            half.ready(new DualChannel(new ByteArrayEndPoint(), Runnable::run, () -> {}));
            pairings.grant(ID, OWNER, CONNECTION);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them is let in")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class TwoStreams extends Waiting {
        @Actor
        public void one(II_Result result) {
            result.r1 = join(pairings);
        }

        @Actor
        public void two(II_Result result) {
            result.r2 = join(pairings);
        }

        @Arbiter
        public void end() {
            half.gone();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = ACCEPTABLE,
            desc = "joined or not, and nothing is left")
    @Outcome(expect = FORBIDDEN, desc = "a half that is gone is still registered")
    @State
    public static class StreamAgainstEnd extends Waiting {
        @Actor
        public void stream(II_Result result) {
            result.r1 = join(pairings);
        }

        @Actor
        public void end() {
            half.gone();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r2 = pairings.count();
        }
    }
}
