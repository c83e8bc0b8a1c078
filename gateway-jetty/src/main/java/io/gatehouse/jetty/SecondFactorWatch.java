package io.gatehouse.jetty;

import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.Factor;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpChange;
import io.gatehouse.jetty.scheduling.RegularLook;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes an audit line for what {@code gatehouse totp}, or somebody with an editor, changes in the file of one-time
 * codes, within a second or two. Looks by a thread of its own, for which nobody waits.
 */
final class SecondFactorWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecondFactorWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final SecondFactors factors;
    private final AuditLog audit;
    private final RegularLook looks = new RegularLook("second-factors", this::look);

    SecondFactorWatch(SecondFactors factors, AuditLog audit) {
        this.factors = factors;
        this.audit = audit;
    }

    /** Looks from now on. */
    void start() {
        looks.start(BETWEEN_LOOKS);
    }

    private void look() {
        try {
            for (TotpChange change : factors.changesOfOthers()) {
                audit.record(new AuditEvent.SecondFactor(
                        AuditEvent.Origin.ofCommand(),
                        change.identity(),
                        switch (change.kind()) {
                            case REMOVED -> Factor.RESET_BY_COMMAND;
                            case TICKET_MADE -> Factor.TICKET_MADE;
                            case REPLACED -> Factor.CHANGED_IN_FILE;
                        },
                        change.detail()));
            }
        } catch (IOException | RuntimeException e) {
            // The next look, or whoever needs the file, meets the same.
            LOG.atDebug().addKeyValue("reason", e.toString()).log("the file of one-time codes cannot be looked at");
        }
    }

    @Override
    public void close() {
        looks.close();
    }
}
