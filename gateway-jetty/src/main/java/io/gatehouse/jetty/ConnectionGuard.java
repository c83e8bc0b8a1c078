package io.gatehouse.jetty;

import io.gatehouse.core.limits.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection until it carries an open channel: one deadline from accept to there, so many bytes, so many requests.
 * Holds what must be let go when the connection ends, for example a half-done sign-in. Safe for use by many threads.
 *
 * <p>A trusted proxy's connection serves many clients one after the other and idles in between, so it is watched only from the
 * moment when a tunnel takes it, and counted for that tunnel's client.
 */
final class ConnectionGuard {
    /** Requests of a connection before it carries a tunnel. */
    static final int MAX_REQUESTS = 32;

    private final ConnectionBudget budget;
    private final EndPoint endPoint;
    private final Duration loginDeadline;
    private final boolean shared;
    private final AtomicBoolean beforeLogin = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ownedByTunnel;
    private volatile long deadline;
    private @Nullable Source source;
    private long bytesLeft;
    private int requests;
    private volatile Scheduler.@Nullable Task task;
    private @Nullable AutoCloseable held;

    ConnectionGuard(ConnectionBudget budget, EndPoint endPoint, boolean shared, Duration loginDeadline, long bytes) {
        this.budget = budget;
        this.endPoint = endPoint;
        this.shared = shared;
        this.loginDeadline = loginDeadline;
        this.deadline = System.nanoTime() + loginDeadline.toNanos();
        this.bytesLeft = bytes;
    }

    void watch(Scheduler.Task timer) {
        task = timer;
    }

    /** Whether the connection is a trusted proxy's. */
    boolean shared() {
        return shared;
    }

    /** The connection is counted for {@code client} from now on. */
    void counted(Source client) {
        synchronized (this) {
            source = client;
        }
        beforeLogin.set(true);
    }

    /** What is left of the time for signing in. */
    Duration timeLeft() {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    /** Counts a request; false when there were too many for a sign-in. */
    synchronized boolean countRequest() {
        return !beforeLogin.get() || ++requests <= MAX_REQUESTS;
    }

    /** Counts bytes of requests and tunnels; false when there were too many before a channel is open. */
    synchronized boolean countBytes(int bytes) {
        if (!beforeLogin.get()) {
            return true;
        }
        bytesLeft -= bytes;
        return bytesLeft >= 0;
    }

    /** Keeps {@code resource} until it is taken back or the connection ends. */
    void hold(AutoCloseable resource) {
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
    synchronized @Nullable AutoCloseable takeHeld() {
        AutoCloseable resource = held;
        held = null;
        return resource;
    }

    /** From now on a tunnel of {@code client} and its own timers watch the connection; false when that is one too many. */
    boolean handOver(InetAddress client) {
        if (shared) {
            leaveLogin();
            if (!budget.enterLogin(this, client)) {
                return false;
            }
            if (closed.get()) {
                leaveLogin();
            }
            deadline = System.nanoTime() + loginDeadline.toNanos();
        }
        ownedByTunnel = true;
        return true;
    }

    /** The connection carries an open channel. */
    void channelOpened() {
        Scheduler.Task timer = task;
        if (timer != null) {
            timer.cancel();
        }
        leaveLogin();
    }

    /** The deadline passed. */
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
            Source counted = source();
            if (counted != null) {
                budget.leaveLogin(counted);
            }
        }
    }

    /** The source that the connection is counted for. */
    private synchronized @Nullable Source source() {
        return source;
    }
}
