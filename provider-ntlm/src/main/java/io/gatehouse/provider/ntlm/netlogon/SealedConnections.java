package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The connections to one interface of a controller that nobody uses at the moment. Their number is bounded by that of
 * the logons at one time. Safe for use by many threads.
 */
final class SealedConnections implements AutoCloseable {
    /** Firewalls forget idle connections without a word, some after a minute. */
    private static final long LONGEST_IDLE = Duration.ofSeconds(30).toNanos();
    /** So that no counter comes to its end. */
    private static final long LONGEST_LIFE = Duration.ofHours(1).toNanos();

    private final Deque<Lease> idle = new ArrayDeque<>();
    private final MonotonicClock clock;
    private boolean closed;

    SealedConnections(MonotonicClock clock) {
        this.clock = clock;
    }

    /**
     * A connection in use by one thread, which gives it back or closes it.
     *
     * @param channel the secure channel that seals it
     * @param opened when, in nanoseconds
     * @param released when it was used last
     */
    record Lease(RpcConnection connection, SecureChannel channel, long opened, long released) {
        private boolean isFresh(long now) {
            return now - released < LONGEST_IDLE && now - opened < LONGEST_LIFE && connection.isQuiet();
        }
    }

    /** A connection that is new, and in use. */
    Lease lease(RpcConnection connection, SecureChannel channel) {
        long now = clock.nanos();
        return new Lease(connection, channel, now, now);
    }

    /** The connection that was used last, if the controller still holds it. */
    synchronized Optional<Lease> take() {
        while (!idle.isEmpty()) {
            Lease lease = idle.pop();
            if (lease.isFresh(clock.nanos())) {
                return Optional.of(lease);
            }
            lease.connection().close();
        }
        return Optional.empty();
    }

    /** After a call that was answered. */
    synchronized void give(Lease lease) {
        if (closed) {
            lease.connection().close();
        } else {
            idle.push(new Lease(lease.connection(), lease.channel(), lease.opened(), clock.nanos()));
        }
    }

    /** Gives up all idle connections, so that the next call has to show that the controller lives. */
    synchronized void clear() {
        idle.forEach(lease -> lease.connection().close());
        idle.clear();
    }

    @Override
    public synchronized void close() {
        closed = true;
        clear();
    }
}
