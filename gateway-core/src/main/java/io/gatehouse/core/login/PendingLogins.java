package io.gatehouse.core.login;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.PendingTable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Half-done attempts of clients behind a trusted proxy, whose connections to the gateway may be shared with other
 * clients and may change between two legs. Kept for 30 seconds under what the client says it is: this is safe because
 * only who knows the password can answer the challenge, and an attempt is handed out once.
 *
 * <p>Closes every attempt that it drops. Safe for use by many threads.
 */
public final class PendingLogins implements AutoCloseable {
    private static final Duration LIFE = Duration.ofSeconds(30);

    private final PendingTable<Key, LoginAttempt> attempts;

    /** The half of a dual channel, or the only connection of a WebSocket, that a request belongs to. */
    public enum Leg {
        OUT,
        IN
    }

    /**
     * Whose attempt it is.
     *
     * @param connectionId the request's {@code RDG-Connection-Id}, in lower case
     * @param leg which of the client's two connections
     * @param client the client's address as the proxy vouches for it
     */
    public record Key(String connectionId, Leg leg, InetAddress client) {
        private static final int LONGEST_CONNECTION_ID = 64;

        /** A key, empty when the client sent no connection id, or one that is longer than 64 characters. */
        public static Optional<Key> of(Optional<String> connectionId, Leg leg, InetAddress client) {
            return connectionId
                    .map(String::strip)
                    .filter(id -> !id.isEmpty() && id.length() <= LONGEST_CONNECTION_ID)
                    .map(id -> new Key(id.toLowerCase(Locale.ROOT), leg, client));
        }
    }

    /**
     * An empty table.
     *
     * @param most how many attempts it holds; further ones push the oldest out
     * @param mostOfClient how many of one client, whose further ones push its own out
     */
    public PendingLogins(MonotonicClock clock, int most, int mostOfClient) {
        this.attempts = new PendingTable<>(clock, LIFE, most, mostOfClient, LoginAttempt::close);
    }

    /** Keeps {@code attempt}, and closes the one that was kept under the same key. */
    public void put(Key key, LoginAttempt attempt) {
        attempts.put(key, key.client(), attempt);
    }

    /** Hands the attempt out, to one caller only. */
    public Optional<LoginAttempt> take(Key key) {
        return attempts.take(key);
    }

    /** Closes what is too old; to be called now and then, for the table does so by itself only when it is used. */
    public void expire() {
        attempts.expire();
    }

    /** Closes all attempts. */
    @Override
    public void close() {
        attempts.clear();
    }
}
