package io.gatehouse.jetty;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.audit.AuditTrail;
import io.gatehouse.jetty.edge.ConnectionBudget;
import io.gatehouse.jetty.edge.Drain;
import io.gatehouse.jetty.edge.Listeners;
import io.gatehouse.jetty.transport.Pairings;
import io.gatehouse.jetty.tunnel.Tunnels;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a gateway does for its users between the order to end and its end. It is not ready any more, and listens no
 * longer: new connections wait in the socket of systemd for the next process, or are refused. Connections that were
 * accepted before have some seconds to open their tunnels, and sessions go on until they end, or the limit is over.
 */
final class FinalDrain {
    private static final Logger LOG = LoggerFactory.getLogger(FinalDrain.class);
    /** How long a client that has connected may take to sign in. */
    private static final Duration FOR_SIGN_INS = Duration.ofSeconds(3);

    /** How long it listens still, for clients whose OUT channel is here, and whose IN channel must be. */
    private static final Duration FOR_IN_CHANNELS = Duration.ofSeconds(3);

    private static final long LOOK_MILLIS = 20;
    /** A connection that was accepted a moment ago is not counted yet. */
    private static final int QUIET_LOOKS = 5;

    private final Drain drain;
    private final Listeners listeners;
    private final ConnectionBudget budget;
    private final Pairings pairings;
    private final Tunnels tunnels;
    private final AuditTrail audit;
    private final Clock clock;
    private final MonotonicClock time;
    private final CountDownLatch hurried = new CountDownLatch(1);

    @Inject
    FinalDrain(
            Drain drain,
            Listeners listeners,
            ConnectionBudget budget,
            Pairings pairings,
            Tunnels tunnels,
            AuditTrail audit,
            Clock clock,
            MonotonicClock time) {
        this.drain = drain;
        this.listeners = listeners;
        this.budget = budget;
        this.pairings = pairings;
        this.tunnels = tunnels;
        this.audit = audit;
        this.clock = clock;
        this.time = time;
    }

    /**
     * Returns when no tunnel is left, {@code limit} is over, or {@link #hurry} was called.
     *
     * @param by who gave the order, for audit lines and {@code gatehouse status}
     */
    void await(Duration limit, String by) throws InterruptedException {
        long end = time.in(limit);
        drain.leave();
        awaitUntil(earlier(end, FOR_IN_CHANNELS), () -> pairings.count() == 0);
        listeners.close();
        int open = tunnels.sessions().size();
        audit.drainStarted(open, by + ": waits at most " + limit.toSeconds() + " s for open sessions");
        if (!limit.isZero() && open > 0) {
            int told = tunnels.messageAll("The gateway restarts or stops: your connection ends in " + limit.toSeconds()
                    + " seconds. Your programs keep running; connect again after that.");
            LOG.atInfo()
                    .addKeyValue("sessions", open)
                    .addKeyValue("told", told)
                    .addKeyValue("limit", limit)
                    .log("waiting for open sessions; another signal ends them at once");
        }
        awaitUntil(earlier(end, FOR_SIGN_INS), steadily(() -> budget.beforeLogin() == 0));
        drain.begin(new Drain.State(
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                by,
                Optional.of(clock.instant().plusNanos(Math.max(0, end - time.nanos())))));
        awaitUntil(end, () -> tunnels.count() == 0);
        int cut = tunnels.sessions().size();
        audit.drainEnded(cut, cut == 0 ? "no session is open any more" : why(limit) + ": open sessions are cut");
    }

    private String why(Duration limit) {
        return hurried.getCount() == 0
                ? "told again to end"
                : "the limit of " + limit.toSeconds() + " s is over (drain-limit)";
    }

    /** Waits no longer. */
    void hurry() {
        hurried.countDown();
    }

    /** Whether {@code condition} held at the last looks, too. */
    private static BooleanSupplier steadily(BooleanSupplier condition) {
        AtomicInteger looks = new AtomicInteger();
        return () -> looks.updateAndGet(before -> condition.getAsBoolean() ? before + 1 : 0) >= QUIET_LOOKS;
    }

    /** {@code end}, or in {@code wait} if that comes first. */
    private long earlier(long end, Duration wait) {
        return time.nanos() + Math.min(wait.toNanos(), Math.max(0, end - time.nanos()));
    }

    private void awaitUntil(long end, BooleanSupplier isDone) throws InterruptedException {
        while (!isDone.getAsBoolean() && !time.hasReached(end)) {
            if (hurried.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }
}
