package io.gatehouse.core.audit;

import io.gatehouse.api.Identity;
import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.AdminCall;
import io.gatehouse.core.audit.AuditEvent.Approval;
import io.gatehouse.core.audit.AuditEvent.ApprovalStep;
import io.gatehouse.core.audit.AuditEvent.ChannelClosed;
import io.gatehouse.core.audit.AuditEvent.ChannelContinued;
import io.gatehouse.core.audit.AuditEvent.ChannelOpened;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.audit.AuditEvent.ConfigurationReloaded;
import io.gatehouse.core.audit.AuditEvent.DeviceTicketing;
import io.gatehouse.core.audit.AuditEvent.KdcProxyRefused;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.audit.AuditEvent.RefusalsRepeated;
import io.gatehouse.core.audit.AuditEvent.Refused;
import io.gatehouse.core.audit.AuditEvent.SecondFactor;
import io.gatehouse.core.audit.AuditEvent.SignInRefused;
import io.gatehouse.core.audit.AuditEvent.SignedIn;
import io.gatehouse.core.audit.AuditEvent.SignedOut;
import io.gatehouse.core.audit.AuditEvent.TokenIssued;
import io.gatehouse.core.audit.AuditEvent.WakeUp;
import io.gatehouse.core.audit.AuditEvent.Waking;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.GivenApproval;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says an audit event in the names of the Elastic Common Schema, {@code rdgw.} for what the schema lacks. {@code
 * event.code} is the number under which Windows' gateway logs the same, so that rules written for it still fire.
 */
final class AuditFields {
    /** Longer text is cut. */
    static final int LONGEST_TEXT = 256;
    /** Names of targets, where a client asks for many (at most 53, MS-TSGU 2.2.10.2), are cut to this. */
    static final int LONGEST_ASKED = 64;

    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:\\[(?<six>[^\\[\\]]*)]|(?<host>[^:\\[\\]]*)):(?<port>[0-9]{1,5})");

    private final SequencedMap<String, Object> fields = new LinkedHashMap<>();

    private AuditFields() {}

    /** The fields of {@code event}, in the order in which they are written. */
    static SequencedMap<String, Object> of(AuditEvent event) {
        AuditFields fields = new AuditFields();
        fields.write(event);
        return fields.fields;
    }

    private void write(AuditEvent event) {
        switch (event) {
            case SignedIn signedIn -> signedIn(signedIn);
            case SecondFactor factor -> secondFactor(factor);
            case Approval approval -> approval(approval);
            case SignInRefused refused -> signInRefused(refused);
            case KdcProxyRefused refused -> kdcProxyRefused(refused);
            case Refused refused -> refused(refused);
            case ChannelOpened opened -> opened(opened);
            case ChannelContinued continued -> continued(continued);
            case ChannelClosed closed -> closed(closed);
            case TokenIssued issued -> issued(issued);
            case SignedOut signedOut -> signedOut(signedOut);
            case WakeUp wake -> wake(wake);
            case AccessGranting granting -> granting(granting);
            case DeviceTicketing ticketing -> ticketing(ticketing);
            case RefusalsRepeated repeated -> repeated(repeated);
            case AdminCall call -> adminCall(call);
            case ConfigurationReloaded reloaded -> reloaded(reloaded);
        }
    }

    private void signedIn(SignedIn event) {
        what(
                "sign-in.accepted",
                "authentication",
                "200",
                "success",
                event.remark().orElse(""));
        identity(event.identity());
        event.identity().proofs().stream()
                .map(AuditFields::word)
                .sorted()
                .reduce((one, other) -> one + "," + other)
                .ifPresent(proofs -> text("rdgw.auth.proofs", proofs));
        event.identity().grant().ifPresent(grant -> text("rdgw.token.id", grant.token()));
        origin(event.origin());
    }

    private void secondFactor(SecondFactor event) {
        what("second-factor." + word(event.what()), "authentication", "", "success", event.detail());
        identity(event.identity());
        origin(event.origin());
    }

    private void approvedBy(GivenApproval approval) {
        text("rdgw.approval.id", approval.question());
        text("rdgw.approval.by", approval.by());
        text("rdgw.approval.how", word(AuditEvent.ApprovalHow.of(approval)));
    }

    private void approval(Approval event) {
        boolean failed = event.what() == ApprovalStep.REFUSED
                || event.what() == ApprovalStep.NOT_ME
                || event.what() == ApprovalStep.DENIED;
        what("approval." + word(event.what()), "session", "", failed ? "failure" : "success", event.detail());
        identity(event.identity());
        event.of().ifPresent(account -> text("rdgw.approval.of", account));
        if (!event.question().isEmpty()) {
            text("rdgw.approval.id", event.question());
        }
        event.how().ifPresent(how -> text("rdgw.approval.how", word(how)));
        if (!event.rule().isEmpty()) {
            text("rdgw.policy.rule", event.rule());
        }
        event.target().ifPresent(target -> target(target, Optional.empty()));
        origin(event.origin());
    }

    /** Windows' gateway has no such event, hence no number. */
    private void issued(TokenIssued event) {
        what("token.issued", "authentication", "success");
        identity(event.identity());
        text("rdgw.portal.desktop", event.desktop());
        text("rdgw.token.id", event.token());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void wake(WakeUp event) {
        String outcome = event.what() == Waking.UNANSWERED ? "failure" : "success";
        what("wake." + word(event.what()), "host", "", outcome, event.detail());
        identity(event.identity());
        text("rdgw.policy.rule", event.rule());
        text("rdgw.portal.desktop", event.desktop());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void granting(AccessGranting event) {
        boolean failed = event.what() == AuditEvent.Granting.REFUSED || event.what() == AuditEvent.Granting.DENIED;
        what("grant." + word(event.what()), "configuration", "", failed ? "failure" : "success", event.detail());
        text("user.name", event.by());
        text("rdgw.grant.id", event.grant());
        text("rdgw.grant.account", event.account());
        text("rdgw.portal.desktop", event.desktop());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void ticketing(DeviceTicketing event) {
        boolean failed = event.what() == AuditEvent.Ticketing.REFUSED;
        what(
                "device-ticket." + word(event.what()),
                "configuration",
                "",
                failed ? "failure" : "success",
                event.detail());
        text("user.name", event.by());
        if (!event.ticket().isEmpty()) {
            text("rdgw.token.id", event.ticket());
        }
        text("rdgw.device-ticket.account", event.account());
        text("rdgw.device-ticket.device", event.device());
        text("rdgw.portal.desktop", event.desktop());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void signedOut(SignedOut event) {
        what("sign-out", "authentication", "success");
        text("event.reason", event.detail());
        identity(event.identity());
        origin(event.origin());
    }

    private void signInRefused(SignInRefused event) {
        what("sign-in.refused", "authentication", "201", "failure", event.detail());
        event.account().ifPresent(account -> text("user.name", account));
        text("rdgw.stage", word(AuditEvent.Stage.SIGN_IN));
        text("rdgw.auth.method", event.method());
        text("rdgw.auth.failure", event.reason().label());
        origin(event.origin());
    }

    private void adminCall(AdminCall call) {
        what(
                call.isRefused() ? "admin.refused" : "admin.call",
                "configuration",
                "",
                call.isRefused() ? "failure" : "success",
                call.detail());
        call.administrator().ifPresent(name -> text("user.name", name));
        text("rdgw.auth.method", call.method());
        text("rdgw.admin.operation", call.operation());
        call.subject().ifPresent(subject -> text("rdgw.admin.subject", subject));
        number("http.response.status_code", call.status());
        origin(call.origin());
    }

    private void repeated(RefusalsRepeated event) {
        what("refusals.repeated", "authentication", "", "failure", event.kind());
        if (!event.about().isEmpty()) {
            text("rdgw.about", event.about());
        }
        number("rdgw.count", event.count());
        number("event.duration", nanos(event.within()));
        text("source.ip", AddressLiteral.text(event.origin().client()));
    }

    private void reloaded(ConfigurationReloaded event) {
        what(
                event.applied() ? "configuration.reloaded" : "configuration.refused",
                "configuration",
                event.applied() ? "success" : "failure");
        text("event.reason", event.detail());
        text("rdgw.configuration.by", event.by());
        text("rdgw.configuration.before", event.before());
        text("rdgw.configuration.after", event.after());
    }

    private void kdcProxyRefused(KdcProxyRefused event) {
        what("kdc-proxy.refused", "authentication", "", "failure", event.detail());
        event.account().ifPresent(account -> text("user.name", account));
        text("rdgw.kerberos.realm", event.realm());
        text("rdgw.kerberos.message", event.message());
        origin(event.origin());
    }

    private void refused(Refused event) {
        switch (event.code()) {
            case "E_PROXY_NAP_ACCESSDENIED" -> refused("connection.denied", "201", event);
            case "E_PROXY_MAXCONNECTIONSREACHED" -> refused("limit.connections", "203", event);
            case "E_PROXY_RAP_ACCESSDENIED" -> refused("resource.denied", "301", event);
            case "E_PROXY_TS_CONNECTFAILED" -> refused("resource.unreachable", "304", event);
            default -> refused("tunnel.failed", "306", event);
        }
    }

    private void refused(String action, String code, Refused event) {
        what(action, "session", code, "failure", event.detail());
        text("rdgw.stage", word(event.stage()));
        text("rdgw.error", event.code());
        event.identity().ifPresent(this::identity);
        event.target().ifPresent(target -> target(target, Optional.empty()));
        asked(event.asked());
        origin(event.origin());
    }

    private void opened(ChannelOpened event) {
        what("session.start", "session", "302", "success", "");
        identity(event.identity());
        text("rdgw.policy.rule", event.rule());
        event.approval().ifPresent(this::approvedBy);
        target(event.target(), Optional.of(event.address()));
        asked(event.asked());
        origin(event.origin());
    }

    private void continued(ChannelContinued event) {
        what(event.renewed() ? "session.renewed" : "session.rule-changed", "session", "300", "success", event.detail());
        identity(event.identity());
        text("rdgw.policy.rule", event.rule());
        text("rdgw.policy.before", event.before());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void closed(ChannelClosed event) {
        ClosedBy by = event.closedBy();
        String outcome = by == ClosedBy.ERROR ? "failure" : "success";
        switch (by) {
            case SESSION_TIMEOUT -> what("session.timeout", "session", "307", outcome, event.detail());
            case ADMINISTRATOR, POLICY -> what("session.terminated", "session", "202", outcome, event.detail());
            case CLIENT, TARGET, IDLE_TIMEOUT, SHUTDOWN, ERROR ->
                what("session.end", "session", "303", outcome, event.detail());
        }
        text("rdgw.closed_by", word(by));
        number("event.duration", nanos(event.lasted()));
        number("source.bytes", event.bytesToTarget());
        number("destination.bytes", event.bytesToClient());
        identity(event.identity());
        text("rdgw.policy.rule", event.rule());
        target(event.target(), Optional.empty());
        origin(event.origin());
    }

    private void what(String action, String category, String outcome) {
        text("event.action", action);
        text("event.category", category);
        text("event.outcome", outcome);
    }

    private void what(String action, String category, String code, String outcome, String reason) {
        text("event.action", action);
        text("event.category", category);
        if (!code.isEmpty()) {
            text("event.code", code);
        }
        text("event.outcome", outcome);
        if (!reason.isEmpty()) {
            text("event.reason", reason);
        }
    }

    private void identity(Identity identity) {
        text("user.name", identity.user());
        identity.domain().ifPresent(domain -> text("user.domain", domain));
        text("rdgw.auth.provider", identity.provider());
        text("rdgw.auth.method", identity.method());
    }

    private void target(String target, Optional<InetAddress> dialled) {
        Matcher parts = HOST_AND_PORT.matcher(target);
        boolean apart = parts.matches();
        String host = !apart ? target : Optional.ofNullable(parts.group("six")).orElseGet(() -> parts.group("host"));
        Optional<InetAddress> literal = AddressLiteral.parse(host);
        if (literal.isEmpty()) {
            text("destination.domain", host);
        }
        dialled.or(() -> literal).ifPresent(address -> text("destination.ip", AddressLiteral.text(address)));
        if (apart) {
            number("destination.port", Integer.parseInt(parts.group("port")));
        }
    }

    /** All of the names, each cut: whoever asks for many hides none among them. */
    private void asked(List<String> names) {
        if (!names.isEmpty()) {
            fields.put(
                    "rdgw.target.asked",
                    names.stream().map(name -> shortened(name, LONGEST_ASKED)).toList());
        }
    }

    private void origin(Origin origin) {
        text("source.ip", AddressLiteral.text(origin.client()));
        origin.clientName().ifPresent(name -> text("rdgw.client_name", name));
        text("rdgw.transport", origin.transport());
        text("rdgw.correlation_id", origin.correlationId());
    }

    private void text(String key, String value) {
        fields.put(key, shortened(value, LONGEST_TEXT));
    }

    private void number(String key, long value) {
        fields.put(key, value);
    }

    private static String shortened(String value, int longest) {
        if (value.length() <= longest) {
            return value;
        }
        boolean halved = Character.isHighSurrogate(value.charAt(longest - 1));
        return value.substring(0, halved ? longest - 1 : longest);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    }
}
