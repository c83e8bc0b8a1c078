package io.gatehouse.jetty;

import io.gatehouse.core.config.GatewayConfig;
import io.gatehouse.core.limits.Source;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there may be, in all, before sign-in, and before sign-in from one source.
 * A connection too many is closed before TLS begins. Safe for use by many threads.
 */
final class ConnectionBudget {
    private final GatewayConfig.Limits limits;
    private final Scheduler scheduler;
    private final Map<EndPoint, ConnectionGuard> guards = new ConcurrentHashMap<>();
    private final Map<Source, Integer> beforeLoginBySource = new HashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private int beforeLogin;

    ConnectionBudget(GatewayConfig.Limits limits, Scheduler scheduler) {
        this.limits = limits;
        this.scheduler = scheduler;
    }

    /** Takes a new connection in, or closes it. */
    void opened(EndPoint endPoint, Predicate<InetAddress> trustedProxy) {
        InetAddress address = address(endPoint);
        boolean shared = address != null && trustedProxy.test(address);
        ConnectionGuard guard =
                new ConnectionGuard(this, endPoint, shared, limits.loginDeadline(), limits.bytesBeforeLogin());
        boolean isAccepted =
                guards.size() < limits.connections() && (shared || (address != null && enterLogin(guard, address)));
        if (!isAccepted) {
            refused.increment();
            endPoint.close();
            return;
        }
        accepted.increment();
        guards.put(endPoint, guard);
        if (!shared) {
            guard.watch(scheduler.schedule(guard::expire, limits.loginDeadline().toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    /** Lets a connection go. */
    void closed(EndPoint endPoint) {
        ConnectionGuard guard = guards.remove(endPoint);
        if (guard != null) {
            guard.closed();
        }
    }

    /** The guard of the connection that {@code endPoint} is, or that it encrypts. */
    @Nullable ConnectionGuard guard(EndPoint endPoint) {
        EndPoint raw = endPoint;
        while (raw instanceof EndPoint.Wrapper wrapper) {
            raw = wrapper.unwrap();
        }
        return guards.get(raw);
    }

    /** Connections now. */
    int connections() {
        return guards.size();
    }

    /** Connections now that have no open channel yet. */
    synchronized int beforeLogin() {
        return beforeLogin;
    }

    /** Connections that were taken in, ever. */
    long accepted() {
        return accepted.sum();
    }

    /** Connections that were closed at once, ever. */
    long refused() {
        return refused.sum();
    }

    /** Counts a connection of {@code client} that has yet to open a channel; false when it is one too many. */
    boolean enterLogin(ConnectionGuard guard, InetAddress client) {
        Source source = new Source(client);
        synchronized (this) {
            int fromSource = beforeLoginBySource.getOrDefault(source, 0);
            if (beforeLogin >= limits.connectionsBeforeLogin()
                    || fromSource >= limits.connectionsBeforeLoginPerSource()) {
                return false;
            }
            beforeLoginBySource.put(source, fromSource + 1);
            beforeLogin++;
        }
        guard.counted(source);
        return true;
    }

    /** A connection of {@code source} has an open channel, or is gone. */
    synchronized void leaveLogin(Source source) {
        beforeLogin--;
        beforeLoginBySource.computeIfPresent(source, (key, count) -> count > 1 ? count - 1 : null);
    }

    private static @Nullable InetAddress address(EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }
}
