package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.digest.Digests;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Remembers authenticators as long as they could be sent again, so that nobody who saw one can use it a second time
 * (RFC 4120 section 3.2.3). Only authenticators of valid tickets come here.
 *
 * <p>Memory is bounded: it holds a number of authenticators, and a smaller number of each client so that one cannot
 * fill it for all. When it is full nobody signs in by Kerberos until entries age, since forgetting them early would let
 * a replay pass. Safe for use by many threads.
 */
final class ReplayCache {
    private final Clock clock;
    private final Duration lifetime;
    private final int mostEntries;
    private final int mostOfClient;
    private final ReentrantLock lock = new ReentrantLock();
    /** In the order of their age. */
    private final LinkedHashMap<Fingerprint, Entry> entries = new LinkedHashMap<>();

    private final Map<String, Client> clients = new HashMap<>();

    /** A SHA-256 digest in four longs, which takes less memory than an array. */
    private record Fingerprint(long first, long second, long third, long fourth) {
        static Fingerprint of(byte[] bytes) {
            ByteBuffer hash = ByteBuffer.wrap(Digests.sha256(bytes));
            return new Fingerprint(hash.getLong(), hash.getLong(), hash.getLong(), hash.getLong());
        }
    }

    private static final class Client {
        private final String name;
        private int count;

        Client(String name) {
            this.name = name;
        }
    }

    private record Entry(Client client, Instant expiry) {}

    /** Whether an authenticator is new, a replay, or cannot be remembered. */
    enum Verdict {
        /** It was never seen; it is remembered now. */
        FRESH,
        /** It was seen before. */
        REPLAY,
        /** Its client signs in too often. */
        TOO_MANY_OF_CLIENT,
        /** There is no room. */
        FULL
    }

    /**
     * An empty cache.
     *
     * @param lifetime for how long an authenticator is good, seen from the earliest to the latest clock that is
     *     believed
     */
    ReplayCache(Clock clock, Duration lifetime, int mostEntries, int mostOfClient) {
        this.clock = clock;
        this.lifetime = lifetime;
        this.mostEntries = mostEntries;
        this.mostOfClient = mostOfClient;
    }

    /** Looks an encrypted authenticator up and remembers it. */
    Verdict examine(byte[] encryptedAuthenticator, String clientName) {
        Fingerprint fingerprint = Fingerprint.of(encryptedAuthenticator);
        lock.lock();
        try {
            Instant now = clock.instant();
            forgetExpired(now);
            if (entries.containsKey(fingerprint)) {
                return Verdict.REPLAY;
            }
            Client known = clients.get(clientName);
            if (known != null && known.count >= mostOfClient) {
                return Verdict.TOO_MANY_OF_CLIENT;
            }
            if (entries.size() >= mostEntries) {
                return Verdict.FULL;
            }
            Client client = clients.computeIfAbsent(clientName, Client::new);
            client.count++;
            entries.put(fingerprint, new Entry(client, now.plus(lifetime)));
            return Verdict.FRESH;
        } finally {
            lock.unlock();
        }
    }

    private void forgetExpired(Instant now) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (!entry.expiry().isBefore(now)) {
                return;
            }
            oldest.remove();
            if (--entry.client().count == 0) {
                clients.remove(entry.client().name);
            }
        }
    }

    /** How many authenticators are remembered, those included that could be forgotten now. */
    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
