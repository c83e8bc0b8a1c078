package io.gatehouse.jetty.edge;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.HalfOpenPlaces.Stage;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.scheduling.Flow;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection until it carries an open channel: one deadline from accept to there, so many bytes, so many
 * requests. Holds what must be let go when the connection ends, for example a half-done sign-in. Safe for use by many
 * threads.
 *
 * <p>A trusted proxy's connection serves many clients one after the other and idles in between, so it is watched only
 * from the moment when a tunnel takes it, and counted for that tunnel's client.
 */
public final class ConnectionGuard {
    /** Requests of a connection before it carries a tunnel. */
    static final int MAX_REQUESTS = 32;

    private final ConnectionBudget budget;
    private final EndPoint endPoint;
    private volatile boolean shared;
    private volatile boolean awaitsProxyHeader;
    private volatile boolean proxySaysTls;
    private final MonotonicClock time;
    private final Duration loginDeadline;
    private final AtomicBoolean beforeLogin = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ownedByTunnel;
    private volatile long deadline;
    private @Nullable InetAddress client;
    private final long bytes;
    private long bytesLeft;
    private int requests;
    private volatile Scheduler.@Nullable Task task;
    private @Nullable AutoCloseable held;

    ConnectionGuard(
            ConnectionBudget budget,
            EndPoint endPoint,
            boolean shared,
            MonotonicClock time,
            Duration loginDeadline,
            long bytes) {
        this.budget = budget;
        this.endPoint = endPoint;
        this.shared = shared;
        this.time = time;
        this.loginDeadline = loginDeadline;
        this.deadline = time.in(loginDeadline);
        this.bytes = bytes;
        this.bytesLeft = bytes;
    }

    /** A trusted proxy's connection of which a PROXY header is to tell whose it is. */
    static ConnectionGuard awaitingProxyHeader(
            ConnectionBudget budget, EndPoint endPoint, MonotonicClock time, Duration loginDeadline, long bytes) {
        ConnectionGuard guard = new ConnectionGuard(budget, endPoint, true, time, loginDeadline, bytes);
        guard.awaitsProxyHeader = true;
        return guard;
    }

    /**
     * The PROXY header is there, and the connection is counted for {@code address}, unless that is a proxy which
     * clients share; false when there are too many of that client.
     *
     * @param tls whether the client spoke TLS with the proxy, as far as that is known
     */
    boolean identified(InetAddress address, boolean isShared, boolean tls) {
        shared = isShared;
        proxySaysTls = tls;
        awaitsProxyHeader = false;
        if (isShared) {
            Scheduler.Task timer = task;
            if (timer != null) {
                timer.cancel();
            }
            return true;
        }
        if (!budget.enterLogin(this, address)) {
            return false;
        }
        if (closed.get()) {
            leaveLogin();
        }
        return true;
    }

    /** Whether the PROXY header of the connection says, or lets assume, that its client spoke TLS with the proxy. */
    boolean proxySaysTls() {
        return proxySaysTls;
    }

    /** Takes the timer that ends the connection unless it gets further, in the place of another. */
    void watch(Scheduler.Task timer) {
        Scheduler.Task former = task;
        task = timer;
        if (former != null) {
            former.cancel();
        }
        if (closed.get()) {
            timer.cancel();
        }
    }

    EndPoint endPoint() {
        return endPoint;
    }

    /** Whose connection it is, as far as that is known: a proxy's address until a client of it is counted. */
    synchronized InetAddress client() {
        InetAddress known = client;
        return known != null ? known : ((InetSocketAddress) endPoint.getRemoteSocketAddress()).getAddress();
    }

    /** Whether the connection is a trusted proxy's. */
    public boolean shared() {
        return shared;
    }

    /** The connection is counted for {@code address} from now on. */
    void counted(InetAddress address) {
        synchronized (this) {
            client = address;
        }
        beforeLogin.set(true);
    }

    /** What is left of the time for signing in. */
    public Duration timeLeft() {
        return Duration.ofNanos(Math.max(1, deadline - time.nanos()));
    }

    /**
     * Counts a request; false when there were too many for a sign-in. From the first one on, the connection has the
     * time for signing in.
     */
    boolean countRequest() {
        if (!beforeLogin.get()) {
            return true;
        }
        int number;
        synchronized (this) {
            number = ++requests;
        }
        if (number == 1) {
            budget.advance(this, Stage.ASKED);
            watch(budget.schedule(this::expire, timeLeft()));
        }
        return number <= MAX_REQUESTS;
    }

    /** Whether the connection used up half of what it may send before it carries a tunnel. */
    synchronized boolean isHalfSpent() {
        return beforeLogin.get() && (requests >= MAX_REQUESTS / 2 || bytesLeft < bytes / 2);
    }

    /** Counts bytes of requests and tunnels; false when there were too many before a channel is open. */
    public synchronized boolean countBytes(int bytes) {
        if (!beforeLogin.get()) {
            return true;
        }
        bytesLeft -= bytes;
        return bytesLeft >= 0;
    }

    /** Keeps {@code resource} until it is taken back or the connection ends. */
    public void hold(AutoCloseable resource) {
        AutoCloseable old;
        synchronized (this) {
            old = held;
            held = resource;
        }
        IO.close(old);
        if (closed.get()) {
            IO.close(takeHeld());
        }
    }

    /** Gives back what is held. */
    public synchronized @Nullable AutoCloseable takeHeld() {
        AutoCloseable resource = held;
        held = null;
        return resource;
    }

    /**
     * From now on a tunnel of {@code client} and its own timers watch the connection; false when that is one too many.
     */
    public boolean handOver(InetAddress client) {
        if (shared) {
            leaveLogin();
            if (!budget.enterLogin(this, client)) {
                return false;
            }
            if (closed.get()) {
                leaveLogin();
            }
            deadline = time.in(loginDeadline);
        }
        budget.advance(this, Stage.IN_TUNNEL);
        ownedByTunnel = true;
        return true;
    }

    /** The user of the tunnel on the connection signed in. */
    public void signedIn(Identity who) {
        budget.signedIn(this, who);
    }

    /** The connection carries an open channel. */
    public void channelOpened() {
        FairEndPoint.find(endPoint).ifPresent(Flow::channelOpened);
        Scheduler.Task timer = task;
        if (timer != null) {
            timer.cancel();
        }
        leaveLogin();
    }

    /** The time for the first request passed. */
    void expireFirstRequest() {
        boolean isFirst;
        synchronized (this) {
            isFirst = requests == 0;
        }
        if (awaitsProxyHeader) {
            budget.expiredWithoutProxyHeader(endPoint);
            endPoint.close();
        } else if (isFirst && beforeLogin.get()) {
            budget.expiredWithoutRequest();
            endPoint.close();
        }
    }

    /** The time for signing in passed. */
    void expire() {
        if (!ownedByTunnel && beforeLogin.get()) {
            endPoint.close();
        }
    }

    /** The connection is gone. */
    void closed() {
        if (closed.compareAndSet(false, true)) {
            channelOpened();
            IO.close(takeHeld());
        }
    }

    private void leaveLogin() {
        if (beforeLogin.compareAndSet(true, false)) {
            budget.leaveLogin(this);
        }
    }
}
