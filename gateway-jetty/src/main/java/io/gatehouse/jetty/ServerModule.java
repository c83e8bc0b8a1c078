package io.gatehouse.jetty;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.scheduling.PooledScheduler;
import io.gatehouse.jetty.work.CpuPool;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;

/** Wires Jetty's server and the threads of the gateway. */
final class ServerModule extends AbstractModule {
    /** How many idle threads Jetty's pool gives back in a minute; one without, so that a rush was felt for hours. */
    private static final int IDLE_THREADS_A_MINUTE = 30;

    @Provides
    @Singleton
    Scheduler scheduler(QueuedThreadPool threads) {
        return new PooledScheduler("gateway-timer", threads);
    }

    @Provides
    @Singleton
    QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setName("gateway");
        threads.setMaxEvictCount(IDLE_THREADS_A_MINUTE);
        return threads;
    }

    /** Where providers and the portal compute. */
    @Provides
    @Singleton
    CpuPool cpu() {
        return new CpuPool();
    }

    /** Where providers and resolvers block. */
    @Provides
    @Singleton
    ExecutorService blockingWork() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("sign-in-", 0).factory());
    }

    @Provides
    @Singleton
    Executor executor(ExecutorService blockingWork) {
        return blockingWork;
    }

    @Provides
    @Singleton
    FlowScheduler flows(MonotonicClock time) {
        return new FlowScheduler(
                time,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                Runtime.getRuntime().availableProcessors());
    }

    @Provides
    @Singleton
    Server server(QueuedThreadPool threads, Scheduler scheduler, ByteBufferPool buffers, FlowScheduler flows) {
        Server server = new Server(threads, scheduler, buffers);
        // Starts before what gives it work, and stops after.
        server.addBean(flows);
        return server;
    }
}
