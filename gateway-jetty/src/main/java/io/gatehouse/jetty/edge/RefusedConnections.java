package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.HalfOpenPlaces.Limit;
import io.gatehouse.core.limits.RefusalSummaries;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of connections that were refused, or ended before sign-in to make room for others: the first of a
 * source and kind at once, those of the rest of the minute in one line with their number. Counts them for the metrics.
 * Safe for use by many threads.
 */
public final class RefusedConnections {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedConnections.class);
    /** A little more than the minute that a summary is about. */
    private static final int SUMMARY_SECONDS = 61;

    private final Scheduler scheduler;
    private final RefusalSummaries summaries;
    private final AtomicBoolean willTell = new AtomicBoolean();
    private final LongAdder refused = new LongAdder();
    private final LongAdder crowded = new LongAdder();
    private final LongAdder ofSource = new LongAdder();
    private final LongAdder withoutRequest = new LongAdder();

    @Inject
    RefusedConnections(Scheduler scheduler, MonotonicClock time) {
        this.scheduler = scheduler;
        this.summaries = new RefusalSummaries(time::nanos, RefusedConnections::tell);
    }

    /** A connection was closed at once. */
    void refused(InetAddress client, Limit limit) {
        refused.increment();
        write(
                client,
                switch (limit) {
                    case ALL -> "connection refused: too many connections in all";
                    case SOURCE -> "connection refused: too many before sign-in from this source";
                });
    }

    /** A connection was closed at once since only proxies may make connections to its listener. */
    void refusedStranger(InetAddress client) {
        refused.increment();
        write(
                client,
                "connection refused: its address may not write PROXY headers, and its listener has proxy-protocol");
    }

    /** A connection was ended for a newcomer. */
    void pushedOut(InetAddress client, Limit limit) {
        (limit == Limit.ALL ? crowded : ofSource).increment();
        write(
                client,
                switch (limit) {
                    case ALL -> "connection ended before sign-in: too many in all, and its network has most of them";
                    case SOURCE ->
                        "connection ended before sign-in: too many from this source, and it had sent no request yet";
                });
    }

    /** A connection was ended for what it did below HTTP. */
    void cutOff(InetAddress client, String why) {
        write(client, "connection cut off: " + why);
    }

    /** A connection ended since it made no request in time. Browsers open some in advance, so the log does not tell. */
    void expiredWithoutRequest() {
        withoutRequest.increment();
    }

    private void write(InetAddress client, String kind) {
        if (summaries.isWritten(client, kind, "", 1)) {
            LOG.atWarn().addKeyValue("client", client.getHostAddress()).log(kind);
        }
        if (willTell.compareAndSet(false, true)) {
            scheduler.schedule(this::tellEnded, SUMMARY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void tellEnded() {
        willTell.set(false);
        summaries.tellEnded();
    }

    /** Tells what has not been told, when the gateway stops. */
    public void tellAll() {
        summaries.tellAll();
    }

    private static void tell(RefusalSummaries.Summary summary) {
        LOG.atWarn()
                .addKeyValue("client", summary.client().getHostAddress())
                .addKeyValue("count", summary.count())
                .addKeyValue("seconds", summary.within().toSeconds())
                .log(summary.kind());
    }

    /** Connections that were closed at once, ever. */
    public long refused() {
        return refused.sum();
    }

    /** Connections that were ended since there were too many in all, ever. */
    public long crowded() {
        return crowded.sum();
    }

    /** Connections that were ended since there were too many of their source, ever. */
    public long ofSource() {
        return ofSource.sum();
    }

    /** Connections that were ended since they made no request in time, ever. */
    public long withoutRequest() {
        return withoutRequest.sum();
    }
}
