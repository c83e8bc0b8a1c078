package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Metrics;
import io.gatehouse.core.limits.RequestLimits;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts what became of requests to the KDC proxy. Safe for use by many threads. */
final class KdcProxyCounters {
    /** How requests to the KDC proxy end, as its metric counts them. */
    enum Result {
        /** A KDC answered, if only with an error. */
        ANSWERED,
        /** No KDC answered. */
        UNANSWERED,
        /** It was a guess too many. */
        THROTTLED,
        /** Its realm or type is not allowed. */
        REFUSED,
        /** It was not understood. */
        MALFORMED,
        /** Its source asks too often. */
        LIMITED,
        /** Too many are under way. */
        BUSY
    }

    private final Map<Result, LongAdder> counts = new EnumMap<>(Result.class);

    KdcProxyCounters(Metrics metrics, RequestLimits limits) {
        for (Result result : Result.values()) {
            LongAdder count = new LongAdder();
            counts.put(result, count);
            metrics.counter(
                    "gatehouse_kdc_proxy_requests_total",
                    "Requests to the KDC proxy",
                    Map.of("result", result.name().toLowerCase(Locale.ROOT)),
                    count::sum);
        }
        metrics.gauge(
                "gatehouse_kdc_proxy_requests_under_way",
                "Requests to the KDC proxy that a KDC is being asked for",
                Map.of(),
                limits::underWay);
    }

    void count(Result result) {
        Objects.requireNonNull(counts.get(result)).increment();
    }
}
