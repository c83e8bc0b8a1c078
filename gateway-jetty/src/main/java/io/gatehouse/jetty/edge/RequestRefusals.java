package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.RefusalSummaries;
import io.gatehouse.jetty.metrics.CounterFamily;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RecentRefusals;
import jakarta.inject.Inject;
import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes why a request was refused that no audit event tells of, since peers learn the status only: one line in the log
 * for the first of a kind from a source within a minute, and one with the count of the others. Safe for use by many
 * threads.
 */
public final class RequestRefusals {
    private static final Logger LOG = LoggerFactory.getLogger("io.gatehouse.requests");
    private static final int LONGEST_TEXT = 200;

    private final RefusalSummaries summaries;
    private final CounterFamily counters;
    private final RecentRefusals recent;

    @Inject
    RequestRefusals(MonotonicClock time, MetricRegistry metrics, RecentRefusals recent) {
        this.recent = recent;
        summaries = new RefusalSummaries(time::nanos, RequestRefusals::tell);
        counters = metrics.counters(
                "gatehouse_requests_refused_total",
                "HTTP requests that were refused, without those that are in the audit log.",
                "status");
    }

    private static void tell(RefusalSummaries.Summary summary) {
        LOG.atInfo()
                .addKeyValue("client", summary.client().getHostAddress())
                .addKeyValue("refusals", summary.kind())
                .addKeyValue("cause", summary.about())
                .addKeyValue("count", summary.count())
                .addKeyValue("seconds", summary.within().toSeconds())
                .log("further requests refused");
    }

    /**
     * Writes a refusal, or counts it.
     *
     * @param request a client wrote it: its method and target
     * @param why for the log only
     */
    public void refused(InetAddress client, String correlation, int status, String request, String why) {
        counters.count(String.valueOf(status));
        recent.count();
        String cause = printable(why);
        if (summaries.isWritten(client, String.valueOf(status), cause, 1)) {
            LOG.atInfo()
                    .addKeyValue("correlation", correlation)
                    .addKeyValue("client", client.getHostAddress())
                    .addKeyValue("status", status)
                    .addKeyValue("request", printable(request))
                    .addKeyValue("cause", cause)
                    .log("request refused");
        }
    }

    /** What clients write may hold anything; a line of the log holds printable ASCII of it, and not more than fits. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LONGEST_TEXT); i++) {
            char c = text.charAt(i);
            printable.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return printable.toString();
    }

    /** Writes what the minutes that are over held; to be called every few seconds. */
    public void tellEnded() {
        summaries.tellEnded();
    }

    /** Writes all that is counted, at the end of the gateway. */
    public void tellAll() {
        summaries.tellAll();
    }
}
