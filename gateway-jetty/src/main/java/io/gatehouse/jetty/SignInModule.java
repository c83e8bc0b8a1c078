package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.login.BrokenProviderListener;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.jetty.edge.ClientCertificates;
import io.gatehouse.jetty.edge.OwnListeners;
import io.gatehouse.jetty.metrics.MetricRegistry;
import io.gatehouse.jetty.metrics.ProviderFailures;
import io.gatehouse.jetty.metrics.SignInDurations;
import io.gatehouse.jetty.work.CpuPool;
import org.slf4j.LoggerFactory;

/** Wires what signs users in, and the rules about what they may do. */
final class SignInModule extends AbstractModule {
    @Provides
    @Singleton
    Mechanisms mechanisms(Providers providers) {
        return Mechanisms.of(providers.tokenMechanisms());
    }

    @Provides
    @Singleton
    ClientCertificates certificates(Providers providers, Configuration configuration, AuditLog audit) {
        return new ClientCertificates(providers.certificateMechanisms(), configuration.domains(), audit);
    }

    @Provides
    @Singleton
    GuessBudget guesses(GatewayConfig config, MonotonicClock time) {
        GatewayConfig.Limits limits = config.limits();
        return new GuessBudget(time, limits.guessesPerAccount(), limits.guessesPerSource(), limits.guessWindow());
    }

    @Provides
    @Singleton
    BrokenProviderListener brokenProviders(MetricRegistry metrics) {
        ProviderFailures failures = new ProviderFailures(metrics);
        return (scheme, cause) -> {
            failures.count(scheme);
            LoggerFactory.getLogger(Providers.class)
                    .atError()
                    .addKeyValue("scheme", scheme)
                    .setCause(cause)
                    .log("a sign-in provider failed");
        };
    }

    @Provides
    @Singleton
    LoginServices login(
            Configuration configuration,
            GuessBudget guesses,
            CpuPool cpu,
            UserBlocks blocks,
            BrokenProviderListener brokenProviders,
            MonotonicClock time,
            MetricRegistry metrics) {
        return new LoginServices(
                guesses, cpu, configuration.domains(), blocks, brokenProviders, time, new SignInDurations(metrics));
    }

    @Provides
    @Singleton
    PolicyInForce policy(Configuration configuration, OwnListeners listeners) {
        return new PolicyInForce(configuration.policy(listeners));
    }
}
