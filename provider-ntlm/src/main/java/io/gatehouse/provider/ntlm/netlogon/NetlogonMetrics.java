package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.ResultCounters;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts logons, and what happens at each controller. Safe for use by many threads. */
final class NetlogonMetrics {
    private static final String PREFIX = "gatehouse_netlogon_";
    private static final Set<Reason> REASONS = EnumSet.of(
            Reason.BAD_CREDENTIALS,
            Reason.NOT_KNOWN,
            Reason.EXPIRED,
            Reason.LOCKED,
            Reason.MALFORMED,
            Reason.REFUSED,
            Reason.UNAVAILABLE,
            Reason.UNANSWERED);

    private final Metrics metrics;
    private final ResultCounters results = new ResultCounters(REASONS);

    NetlogonMetrics(Metrics metrics, LogonGate gate) {
        this.metrics = metrics;
        results.show(metrics, PREFIX + "logons_total", "Logons by how they ended", Map.of());
        metrics.gauge(PREFIX + "in_flight", "Logons that are with a domain controller", Map.of(), gate::inFlight);
        metrics.gauge(PREFIX + "waiting", "Logons that wait for a connection", Map.of(), gate::waiting);
    }

    void accepted() {
        results.accepted();
    }

    void refused(Reason reason) {
        results.rejected(reason);
    }

    OfController of(String controller) {
        return new OfController(metrics, controller);
    }

    /** The metrics of one domain controller. */
    static final class OfController {
        private final LongAdder connects = new LongAdder();
        private final LongAdder failures = new LongAdder();
        private final AtomicLong roundTrip = new AtomicLong();

        private OfController(Metrics metrics, String controller) {
            Map<String, String> labels = Map.of("controller", controller);
            metrics.counter(PREFIX + "connects_total", "Connections made", labels, connects::sum);
            metrics.counter(PREFIX + "failures_total", "Attempts that brought no verdict", labels, failures::sum);
            metrics.seconds(
                    PREFIX + "last_round_trip_seconds",
                    "How long the last verdict took",
                    labels,
                    () -> Duration.ofNanos(roundTrip.get()));
        }

        void connected() {
            connects.increment();
        }

        void failed() {
            failures.increment();
        }

        void answered(long nanos) {
            roundTrip.set(nanos);
        }
    }
}
