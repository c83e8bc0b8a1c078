package io.gatehouse.jetty;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection until it carries an open channel: one deadline from accept to there, so many bytes, so many requests.
 * Holds what must be let go when the connection ends, for example a half-done sign-in. Safe for use by many threads.
 */
final class ConnectionGuard {
    private static final int MAX_REQUESTS = 32;

    private final ConnectionBudget budget;
    private final EndPoint endPoint;
    private final String source;
    private final long deadline;
    private final AtomicBoolean beforeLogin = new AtomicBoolean(true);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean ownedByTunnel;
    private long bytesLeft;
    private int requests;
    private Scheduler.@Nullable Task task;
    private @Nullable AutoCloseable held;

    ConnectionGuard(ConnectionBudget budget, EndPoint endPoint, String source, Duration loginDeadline, long bytes) {
        this.budget = budget;
        this.endPoint = endPoint;
        this.source = source;
        this.deadline = System.nanoTime() + loginDeadline.toNanos();
        this.bytesLeft = bytes;
    }

    void watch(Scheduler.Task timer) {
        task = timer;
    }

    /** The source that the connection was counted for. */
    String source() {
        return source;
    }

    /** What is left of the time for signing in. */
    Duration timeLeft() {
        return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    /** Counts a request; false when there were too many for a sign-in. */
    synchronized boolean countRequest() {
        return !beforeLogin.get() || ++requests <= MAX_REQUESTS;
    }

    /** Counts bytes of a tunnel; false when there were too many before its channel is open. */
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

    /** From now on a tunnel's own timers watch the connection. */
    void handOver() {
        ownedByTunnel = true;
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
            budget.leaveLogin(this);
        }
    }
}
