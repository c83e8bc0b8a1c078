package io.gatehouse.jetty.audit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the events that could not be written to one place. The log is told when events begin to be lost and when they
 * are written again, not of each. Safe for use by many threads.
 */
final class AuditLosses {
    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private final String place;
    private final LongAdder lost = new LongAdder();
    /** Events that were lost since they began to be; 0 while none are. */
    private final AtomicLong now = new AtomicLong();

    AuditLosses(String place) {
        this.place = place;
    }

    /** Counts one. */
    void lose(String why) {
        lost.increment();
        if (now.getAndIncrement() == 0) {
            LOG.atError().addKeyValue("to", place).addKeyValue("cause", why).log("audit events are lost");
        }
    }

    /** Events that were lost since they began to be; 0 while none are. */
    long now() {
        return now.get();
    }

    /** {@code told} of {@link #now} are told of: if those are all, events are written again. */
    void tell(long told) {
        if (now.addAndGet(-told) == 0) {
            LOG.atWarn().addKeyValue("to", place).addKeyValue("lost", told).log("audit events are written again");
        }
    }

    /** Events that could not be written, ever. */
    long ever() {
        return lost.sum();
    }
}
