package io.gatehouse.jetty.kdcproxy;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.kdcproxy.KdcProxy;
import io.gatehouse.core.limits.RequestLimits;
import io.gatehouse.jetty.dns.DnsServiceLocator;
import io.gatehouse.jetty.dns.NameResolver;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires what asks KDCs: the KDC proxy, where the configuration has one, and the checks of accounts. */
public final class KdcProxyModule extends AbstractModule {
    /** For the answers to other guesses at the same account. */
    private static final Duration GUESS_PATIENCE = Duration.ofSeconds(2);
    /** For resolving the name of a KDC; another may have to be asked in the same request. */
    private static final Duration NAME_TIMEOUT = Duration.ofSeconds(2);

    /** Closed by the gateway. */
    @Provides
    @Singleton
    KdcClient kdcs(MonotonicClock time) {
        NameResolver names = new NameResolver(NAME_TIMEOUT, time, InetAddress::getAllByName);
        return new KdcClient(new DnsServiceLocator(), names.shareOf("the kdc proxy"), names::close, time);
    }

    @Provides
    @Singleton
    KdcAccounts accounts(Configuration configuration, KdcClient kdcs, Executor executor, MonotonicClock time) {
        return new KdcAccounts(configuration.domains(), kdcs, executor, time, new SecureRandom());
    }

    @Provides
    @Singleton
    Optional<KdcProxyHandler> handler(
            Configuration configuration,
            KdcClient kdcs,
            GuessBudget guesses,
            AuditLog log,
            Clock clock,
            MonotonicClock time,
            Executor executor,
            Scheduler scheduler,
            Metrics metrics) {
        GatewayConfig gateway = configuration.gateway();
        return gateway.kdcProxy()
                .map(config -> new KdcProxyHandler(
                        new KdcProxy(configuration.kdcProxyDomains(), config.kpasswd(), guesses, GUESS_PATIENCE, clock),
                        new RequestLimits(time, config.requestsPerSource(), config.concurrentRequests()),
                        kdcs,
                        config.timeout(),
                        gateway.limits().loginDeadline(),
                        log,
                        executor,
                        scheduler,
                        metrics));
    }
}
