package io.gatehouse.jetty.transport;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Peer;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The two connections of a dual channel, which come, wait and go on threads of their own. */
public final class PairingRaces {
    private static final String ID = "{id}";
    private static final String CONNECTION = "connection";
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final DualChannel.Owner ALICE = new DualChannel.Owner(
            new SignIn.ByHttp(Identity.local("local", "basic", "alice", Set.of(), Set.of())),
            new Peer(HERE, true, false, List.of()));
    private static final DualChannel.Owner SOMEBODY =
            new DualChannel.Owner(new SignIn.InTunnel(ExtendedAuthScheme.PAA), new Peer(HERE, true, false, List.of()));

    private PairingRaces() {}

    /** Runs what it was given last when it is told to, as if time had passed. */
    private static final class Clockwork extends AbstractLifeCycle implements Scheduler {
        private Runnable last = () -> {};

        @Override
        public Task schedule(Runnable task, long delay, TimeUnit units) {
            last = task;
            return () -> true;
        }

        void pass() {
            last.run();
        }
    }

    /** Counts how often it was ended. */
    private static final class Out implements OutChannel {
        private final AtomicInteger aborted = new AtomicInteger();

        @Override
        public ConnectionGuard guard() {
            throw new UnsupportedOperationException("no connection");
        }

        @Override
        public boolean attach(InChannel in, TunnelFactory tunnels, TunnelStart start) {
            throw new UnsupportedOperationException("no connection");
        }

        @Override
        public void abort(String why) {
            aborted.incrementAndGet();
        }
    }

    /** Pairings with one OUT channel of alice. */
    private abstract static class OneHalf {
        final Clockwork clockwork = new Clockwork();
        final Pairings pairings = new Pairings(clockwork, Duration.ofSeconds(30));
        final Out out = new Out();
        final Pairings.Half half = pairings.open(ID, ALICE, Optional.empty()).orElseThrow();

        int join() {
            return pairings.join(ID, HERE, CONNECTION) instanceof Pairings.Pair ? 1 : 0;
        }
    }

    /** One grant lets one stream in. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = ACCEPTABLE,
            desc = "one of them")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class TwoStreams extends OneHalf {
        public TwoStreams() {
            half.ready(out);
            pairings.grant(ID, ALICE, CONNECTION);
        }

        @Actor
        public void one(II_Result result) {
            result.r1 = join();
        }

        @Actor
        public void two(II_Result result) {
            result.r2 = join();
        }
    }

    /** The stream comes in the moment in which its OUT channel has waited long enough. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "joined, and not ended")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "ended, and not joined")
    @Outcome(expect = FORBIDDEN, desc = "a pair whose OUT channel is ended, or an OUT channel that waits for ever")
    @State
    public static class StreamAgainstExpiry extends OneHalf {
        public StreamAgainstExpiry() {
            half.ready(out);
            pairings.grant(ID, ALICE, CONNECTION);
        }

        @Actor
        public void stream(II_Result result) {
            result.r1 = join();
        }

        @Actor
        public void expiry() {
            clockwork.pass();
        }

        @Arbiter
        public void count(II_Result result) {
            result.r2 = out.aborted.get();
        }
    }

    /** The OUT connection is taken over in the moment in which it has waited long enough. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "ended once")
    @Outcome(expect = FORBIDDEN, desc = "left open, or ended twice")
    @State
    public static class ReadyAgainstExpiry extends OneHalf {
        @Actor
        public void ready() {
            half.ready(out);
        }

        @Actor
        public void expiry() {
            clockwork.pass();
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = out.aborted.get();
        }
    }

    /** Two clients that prove nothing by HTTP come with one connection id. */
    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = ACCEPTABLE,
            desc = "it is the first one's")
    @Outcome(expect = FORBIDDEN, desc = "both, or none")
    @State
    public static class TwoOpenings {
        private final Pairings pairings = new Pairings(new Clockwork(), Duration.ofSeconds(30));

        private int open() {
            return pairings.open(ID, SOMEBODY, Optional.empty()).isPresent() ? 1 : 0;
        }

        @Actor
        public void one(III_Result result) {
            result.r1 = open();
        }

        @Actor
        public void two(III_Result result) {
            result.r2 = open();
        }

        @Arbiter
        public void count(III_Result result) {
            result.r3 = pairings.count();
        }
    }
}
