package io.gatehouse.jetty.target;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.dns.AbsoluteNames;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.metrics.DialTimes;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import java.util.concurrent.ExecutorService;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires what finds and dials targets. */
public final class TargetModule extends AbstractModule {
    @Provides
    @Singleton
    NameResolver resolver(GatewayConfig config, MonotonicClock time) {
        return new NameResolver(config.tunnel().connectTimeout(), time, AbsoluteNames.ofSystem());
    }

    @Provides
    @Singleton
    RelayedBytes relayed(MetricRegistry metrics) {
        return new RelayedBytes(metrics);
    }

    @Provides
    @Singleton
    TargetDialler dialler(
            GatewayConfig config,
            QueuedThreadPool threads,
            Scheduler scheduler,
            FlowScheduler flows,
            ByteBufferPool pool,
            MonotonicClock time,
            RelayedBytes relayed,
            MetricRegistry metrics) {
        GatewayConfig.Tunnel tunnel = config.tunnel();
        return new TargetDialler(
                threads,
                scheduler,
                flows,
                pool,
                tunnel.connectTimeout(),
                tunnel.readSize(),
                relayed,
                new DialTimes(metrics, time));
    }

    @Provides
    @Singleton
    TargetOpener opener(
            GatewayConfig config,
            PolicyInForce policy,
            NameResolver resolver,
            TargetDialler dialler,
            ExecutorService blockingWork,
            MonotonicClock time) {
        GatewayConfig.Limits limits = config.limits();
        return new TargetOpener(
                policy,
                resolver,
                dialler,
                blockingWork,
                config.tunnel().connectTimeout(),
                time,
                new KeyedRateLimit<>(time, limits.failedChannelsPerUser(), limits.failedChannelsBurst()));
    }
}
