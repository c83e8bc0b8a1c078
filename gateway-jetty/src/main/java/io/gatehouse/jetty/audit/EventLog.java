package io.gatehouse.jetty.audit;

import io.gatehouse.core.audit.AuditEvent;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log, one line an event, what the audit trail keeps in full. */
final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.gatehouse.events");

    private EventLog() {}

    static void log(AuditEvent event) {
        var line = LOG.atInfo()
                .addKeyValue("correlation", event.origin().correlationId())
                .addKeyValue("client", event.origin().client().getHostAddress());
        switch (event) {
            case AuditEvent.SignedIn signedIn ->
                line.addKeyValue("user", signedIn.identity().displayName())
                        .addKeyValue("method", signedIn.identity().method())
                        .log("signed in");
            case AuditEvent.SecondFactor factor ->
                line.addKeyValue("user", factor.identity().displayName())
                        .addKeyValue("what", word(factor.what()))
                        .log("second factor");
            case AuditEvent.Approval approval ->
                line.addKeyValue("user", approval.identity().displayName())
                        .addKeyValue("what", word(approval.what()))
                        .addKeyValue("rule", approval.rule())
                        .log("approval");
            case AuditEvent.SignInRefused refused ->
                line.addKeyValue("stage", "sign-in")
                        .addKeyValue("method", refused.method())
                        .addKeyValue("reason", refused.reason().label())
                        .log("sign-in refused");
            case AuditEvent.KdcProxyRefused refused ->
                line.addKeyValue("message", refused.message()).log("message to a KDC refused");
            case AuditEvent.Refused refused ->
                line.addKeyValue("stage", refused.stage().name().toLowerCase(Locale.ROOT))
                        .addKeyValue("code", refused.code())
                        .log("refused");
            case AuditEvent.ChannelOpened opened ->
                line.addKeyValue("user", opened.identity().displayName())
                        .addKeyValue("target", opened.target())
                        .log("channel opened");
            case AuditEvent.ChannelContinued continued ->
                line.addKeyValue("user", continued.identity().displayName())
                        .addKeyValue("target", continued.target())
                        .addKeyValue("rule", continued.rule())
                        .log(continued.renewed() ? "session renewed" : "channel goes on by another rule");
            case AuditEvent.ChannelClosed closed ->
                line.addKeyValue("user", closed.identity().displayName())
                        .addKeyValue("target", closed.target())
                        .addKeyValue("by", closed.closedBy())
                        .log("channel closed");
            case AuditEvent.TokenIssued issued ->
                line.addKeyValue("user", issued.identity().displayName())
                        .addKeyValue("target", issued.target())
                        .log("token issued");
            case AuditEvent.WakeUp wake ->
                line.addKeyValue("user", wake.identity().displayName())
                        .addKeyValue("desktop", wake.desktop())
                        .addKeyValue("target", wake.target())
                        .addKeyValue("reason", wake.detail())
                        .log(
                                switch (wake.what()) {
                                    case BEGUN -> "waking a desktop";
                                    case ANSWERED -> "the desktop is awake";
                                    case UNANSWERED -> "the desktop did not wake up";
                                });
            case AuditEvent.DeviceTicketing ticketing ->
                line.addKeyValue("by", ticketing.by())
                        .addKeyValue("account", ticketing.account())
                        .addKeyValue("desktop", ticketing.desktop())
                        .addKeyValue("ticket", ticketing.ticket())
                        .addKeyValue("what", ticketing.what().name().toLowerCase(Locale.ROOT))
                        .log("device ticket");
            case AuditEvent.AccessGranting granting ->
                line.addKeyValue("by", granting.by())
                        .addKeyValue("account", granting.account())
                        .addKeyValue("desktop", granting.desktop())
                        .addKeyValue("grant", granting.grant())
                        .addKeyValue("what", granting.what().name().toLowerCase(Locale.ROOT))
                        .log("access to a desktop");
            case AuditEvent.RefusalsRepeated repeated ->
                line.addKeyValue("refusals", repeated.kind())
                        .addKeyValue("count", repeated.count())
                        .addKeyValue("seconds", repeated.within().toSeconds())
                        .log("further refusals");
            case AuditEvent.AdminCall call ->
                line.addKeyValue("administrator", call.administrator().orElse("unknown"))
                        .addKeyValue("operation", call.operation())
                        .addKeyValue("status", call.status())
                        .log("admin request");
            case AuditEvent.ConfigurationReloaded _ -> {} // the reload logs itself
            case AuditEvent.SignedOut signedOut ->
                line.addKeyValue("user", signedOut.identity().displayName()).log("signed out");
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
