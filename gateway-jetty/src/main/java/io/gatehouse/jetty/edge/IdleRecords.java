package io.gatehouse.jetty.edge;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.RateLimit;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * Counts the TLS records of one client that carry no application data. Handshake messages are such records, KeyUpdates
 * (RFC 8446 4.6.3), warnings and empty records. Each costs the gateway up to a thousand times what it costs a client
 * that has them ready, and the layers above see none of them. BoringSSL and OpenSSL have the same limit in a row. For
 * one thread at a time.
 */
final class IdleRecords {
    /** A handshake has less than a dozen. */
    static final int IN_A_ROW = 32;
    /** Between application data; a client updates its keys after gigabytes. */
    static final int AT_ONCE = 64;

    static final Duration INTERVAL = Duration.ofMillis(250);

    private final RateLimit rate;
    private int row;

    IdleRecords(MonotonicClock clock) {
        this.rate = new RateLimit(clock, AT_ONCE, INTERVAL);
    }

    /**
     * Counts a record.
     *
     * @param produced bytes of application data that were in it
     * @throws SSLException if there were too many without
     */
    void count(int produced) throws SSLException {
        if (produced > 0) {
            row = 0;
            return;
        }
        if (++row > IN_A_ROW) {
            throw new SSLException(
                    row + " TLS records in a row without application data (expected at most " + IN_A_ROW + ")");
        }
        if (!rate.count()) {
            throw new SSLException("more than " + AT_ONCE
                    + " TLS records without application data (expected at most one in " + INTERVAL.toMillis() + " ms)");
        }
    }
}
