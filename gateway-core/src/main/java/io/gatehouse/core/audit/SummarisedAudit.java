package io.gatehouse.core.audit;

import io.gatehouse.core.audit.AuditEvent.AdminCall;
import io.gatehouse.core.audit.AuditEvent.Approval;
import io.gatehouse.core.audit.AuditEvent.ChannelClosed;
import io.gatehouse.core.audit.AuditEvent.ChannelContinued;
import io.gatehouse.core.audit.AuditEvent.ChannelOpened;
import io.gatehouse.core.audit.AuditEvent.KdcProxyRefused;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.audit.AuditEvent.RefusalsRepeated;
import io.gatehouse.core.audit.AuditEvent.Refused;
import io.gatehouse.core.audit.AuditEvent.SecondFactor;
import io.gatehouse.core.audit.AuditEvent.SignInRefused;
import io.gatehouse.core.audit.AuditEvent.SignedIn;
import io.gatehouse.core.audit.AuditEvent.SignedOut;
import io.gatehouse.core.audit.AuditEvent.TokenIssued;
import io.gatehouse.core.limits.RefusalSummaries;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Passes on every event that something succeeded, and of refusals that one source repeats within a minute the first
 * {@value #IN_FULL} of each account or target, then one event with the count of the others. Safe for use by many
 * threads.
 */
public final class SummarisedAudit implements AuditLog {
    private static final int IN_FULL = 10;

    private final AuditLog log;
    private final RefusalSummaries summaries;

    /**
     * Passes on to {@code log}.
     *
     * @param ticker monotonic, in nanoseconds
     */
    public SummarisedAudit(AuditLog log, LongSupplier ticker) {
        this.log = log;
        this.summaries = new RefusalSummaries(ticker, this::tell);
    }

    @Override
    public void record(AuditEvent event) {
        boolean written = switch (event) {
            case SignedIn _, ChannelOpened _, ChannelContinued _, ChannelClosed _, TokenIssued _, SignedOut _ -> true;
            case SecondFactor factor ->
                factor.what() != AuditEvent.Factor.ASKED
                        || isWritten(
                                event,
                                "second factor asked for",
                                factor.identity().displayName());
            case Approval approval ->
                approval.what() != AuditEvent.ApprovalStep.DENIED
                        || isWritten(
                                event,
                                "answer to an approval denied",
                                approval.identity().displayName());
            case RefusalsRepeated _, AuditEvent.WakeUp _, AuditEvent.ConfigurationReloaded _ -> true;
            case AdminCall call ->
                !call.isRefused()
                        || isWritten(
                                event,
                                "admin API refused: " + call.status(),
                                call.administrator().orElse("") + " " + call.operation());
            case AuditEvent.AccessGranting granting ->
                granting.what() != AuditEvent.Granting.REFUSED
                        || isWritten(event, "access to a desktop refused", granting.by());
            case AuditEvent.DeviceTicketing ticketing ->
                ticketing.what() != AuditEvent.Ticketing.REFUSED
                        || isWritten(event, "device ticket refused", ticketing.by());
            case SignInRefused refused ->
                isWritten(
                        event,
                        "sign-in refused: " + refused.reason().label(),
                        refused.account().orElse(""));
            case KdcProxyRefused refused ->
                isWritten(event, "message to a KDC refused", refused.account().orElse(refused.realm()));
            case Refused refused ->
                isWritten(
                        event,
                        "refused: " + refused.code(),
                        refused.identity().map(who -> who.displayName()).orElse("")
                                + refused.target()
                                        .map(target -> " to " + target)
                                        .orElse(""));
        };
        if (written) {
            log.record(event);
        }
    }

    private boolean isWritten(AuditEvent event, String kind, String about) {
        return summaries.isWritten(event.origin().client(), kind, shortened(about), IN_FULL);
    }

    private static String shortened(String about) {
        return about.length() <= AuditFields.LONGEST_TEXT ? about : about.substring(0, AuditFields.LONGEST_TEXT);
    }

    private void tell(RefusalSummaries.Summary summary) {
        Origin origin = new Origin(UUID.randomUUID().toString(), summary.client(), Optional.empty(), "http");
        log.record(new RefusalsRepeated(origin, summary.kind(), summary.about(), summary.count(), summary.within()));
    }

    /** Writes what the minutes that are over held; to be called every few seconds. */
    public void tellEnded() {
        summaries.tellEnded();
    }

    /** Writes all that is counted, at the end of the gateway. */
    public void tellAll() {
        summaries.tellAll();
    }
}
