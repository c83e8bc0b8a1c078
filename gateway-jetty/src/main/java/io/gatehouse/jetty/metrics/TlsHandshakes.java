package io.gatehouse.jetty.metrics;

import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;

/**
 * How long TLS handshakes take, from accepting the connection, and how many of them fail. Safe for use by many threads.
 */
public final class TlsHandshakes implements SslHandshakeListener {
    private static final double[] BOUNDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    /** Of a handshake that came to none. */
    private static final String NO_VERSION = "none";

    private final DurationHistogram durations;
    private final Clock clock;

    /** Observes for {@code metrics}, by {@code clock}. */
    public TlsHandshakes(MetricRegistry metrics, Clock clock) {
        this.clock = clock;
        this.durations = metrics.durations(
                "gatehouse_tls_handshake_duration_seconds",
                "How long TLS handshakes took, the time of the client included.",
                BOUNDS,
                "result",
                "version");
    }

    @Override
    public void handshakeSucceeded(Event event) {
        observe(event, "succeeded", version(event.getSSLEngine()));
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        observe(event, "failed", NO_VERSION);
    }

    /** Versions are those that the gateway offers, not what a client says. */
    private static String version(SSLEngine engine) {
        return engine.getSession().getProtocol();
    }

    private void observe(Event event, String result, String version) {
        long millis = clock.millis() - event.getEndPoint().getCreatedTimeStamp();
        durations.observe(Duration.ofMillis(Math.max(0, millis)), result, version);
    }
}
