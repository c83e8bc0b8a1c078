package io.gatehouse.jetty.rdg;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.login.HttpLogin;
import io.gatehouse.core.login.LoginServices;
import io.gatehouse.core.login.Mechanisms;
import io.gatehouse.core.login.PendingLogins;
import io.gatehouse.jetty.transport.Pairings;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires the gateway's own path. */
public final class RdgModule extends AbstractModule {
    private static final int MAX_PENDING_LOGINS = 10_000;

    @Override
    protected void configure() {
        bind(Handover.class).in(Singleton.class);
        bind(RdgHandler.class).in(Singleton.class);
    }

    @Provides
    @Singleton
    Pairings pairings(GatewayConfig config, Scheduler scheduler) {
        return new Pairings(scheduler, config.limits().pairingTimeout());
    }

    @Provides
    @Singleton
    SignInDesk desk(GatewayConfig config, Mechanisms mechanisms, LoginServices login, MonotonicClock time) {
        int ofClient = config.limits().connectionsBeforeLoginPerSource();
        return new SignInDesk(
                new HttpLogin(mechanisms, login),
                new PendingLogins(time, MAX_PENDING_LOGINS, ofClient),
                new BegunSignIns(time, MAX_PENDING_LOGINS, ofClient));
    }
}
