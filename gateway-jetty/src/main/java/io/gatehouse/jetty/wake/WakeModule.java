package io.gatehouse.jetty.wake;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.jetty.metrics.MetricRegistry;
import java.util.Map;
import java.util.concurrent.Executor;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires what wakes desktops. */
public final class WakeModule extends AbstractModule {
    @Provides
    @Singleton
    Waker waker(
            Configuration configuration,
            MonotonicClock time,
            Executor executor,
            Scheduler scheduler,
            AuditLog audit,
            MetricRegistry metrics) {
        Waker waker = new Waker(configuration.wakeables(), time, executor, scheduler, audit);
        metrics.gauge("gatehouse_wakes_waiting", "Desktops that are being woken now.", Map.of(), waker::count);
        return waker;
    }
}
