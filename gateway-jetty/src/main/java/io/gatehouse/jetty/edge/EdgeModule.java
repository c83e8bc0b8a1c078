package io.gatehouse.jetty.edge;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.limits.KnownSources;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RecentRefusals;
import io.gatehouse.jetty.metrics.TlsHandshakes;
import java.time.Clock;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires what connections and requests pass before a handler. */
public final class EdgeModule extends AbstractModule {
    @Override
    protected void configure() {
        bind(Listeners.class).in(Singleton.class);
        bind(OwnListeners.class).in(Singleton.class);
        bind(AlpnChallenges.class).in(Singleton.class);
        bind(CertificateReload.class).in(Singleton.class);
        bind(Drain.class).in(Singleton.class);
        bind(HealthHandler.class).in(Singleton.class);
        bind(RefusedConnections.class).in(Singleton.class);
        bind(RequestRefusals.class).in(Singleton.class);
    }

    @Provides
    @Singleton
    KnownSources knownSources(MonotonicClock time) {
        return new KnownSources(time);
    }

    @Provides
    @Singleton
    TlsHandshakes handshakes(MetricRegistry metrics, Clock clock) {
        return new TlsHandshakes(metrics, clock);
    }

    @Provides
    @Singleton
    RecentRefusals recentRefusals(MonotonicClock time) {
        return new RecentRefusals(time);
    }

    @Provides
    @Singleton
    ConnectionBudget budget(
            GatewayConfig config,
            Scheduler scheduler,
            MonotonicClock time,
            KnownSources known,
            RefusedConnections refusals) {
        GatewayConfig.Limits limits = config.limits();
        int most = OpenFileLimit.current().connections(limits.connections());
        return new ConnectionBudget(limits, most, scheduler, time, known, refusals);
    }
}
