package io.gatehouse.core.audit;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.session.GivenApproval;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One of every event. */
final class AuditSamples {
    static final Instant TIME = Instant.parse("2026-11-22T10:20:30Z");

    private AuditSamples() {}

    static List<AuditEvent> events() {
        InetAddress address = InetAddress.ofLiteral("192.0.2.7");
        Origin origin = new Origin("c0ffee", address, Optional.of("PC"), "websocket");
        Identity alice = new Identity(
                        "ntlm",
                        "ntlm",
                        "alice",
                        Optional.of("LAB"),
                        Optional.empty(),
                        Set.of(),
                        Set.of(),
                        Set.of(Identity.Proof.MULTI_FACTOR))
                .confinedTo(new Grant("token", Set.of("pc:3389"), Optional.empty()));
        List<AuditEvent> events = new ArrayList<>(List.of(
                new AuditEvent.SignedIn(origin, alice, Optional.of("odd")),
                new AuditEvent.SignInRefused(origin, Optional.of("bob"), "basic", Reason.LOCKED, "why"),
                new AuditEvent.KdcProxyRefused(origin, Optional.of("bob"), "LAB", "AS-REQ", "why"),
                new AuditEvent.ChannelOpened(
                        origin,
                        alice,
                        "rule",
                        Optional.of(new GivenApproval("question", "LAB\\bob", Instant.EPOCH, false)),
                        "pc:3389",
                        List.of("pc:3389", "decoy:3389"),
                        address),
                new AuditEvent.ChannelContinued(origin, alice, true, "rule", "rule", "pc:3389", "why"),
                new AuditEvent.ChannelContinued(origin, alice, false, "rule", "other rule", "pc:3389", "why"),
                new AuditEvent.AdminCall(
                        origin, Optional.of("ops"), "token", "end-session", Optional.of("c0ffee"), 200, "why"),
                new AuditEvent.AdminCall(origin, Optional.empty(), "token", "unknown", Optional.empty(), 401, "why"),
                new AuditEvent.ConfigurationReloaded(origin, "SIGHUP", "abc", "def", true, "changed: policy.rule"),
                new AuditEvent.ConfigurationReloaded(origin, "SIGHUP", "abc", "abc", false, "why"),
                new AuditEvent.TokenIssued(origin, alice, "desktop", "pc:3389", "token"),
                new AuditEvent.SignedOut(origin, alice, "how"),
                new AuditEvent.RefusalsRepeated(origin, "kind", "bob", 7, Duration.ofMinutes(1))));
        for (AuditEvent.Factor factor : AuditEvent.Factor.values()) {
            events.add(new AuditEvent.SecondFactor(origin, alice, factor, "why"));
        }
        for (AuditEvent.Waking waking : AuditEvent.Waking.values()) {
            events.add(new AuditEvent.WakeUp(origin, alice, "rule", "desktop", "pc:3389", waking, "why"));
        }
        for (AuditEvent.Granting granting : AuditEvent.Granting.values()) {
            events.add(new AuditEvent.AccessGranting(
                    origin, "LAB\\bob", "lab\\alice", "desktop", "pc:3389", "k7pz", granting, "why"));
        }
        for (AuditEvent.Ticketing ticketing : AuditEvent.Ticketing.values()) {
            boolean refused = ticketing == AuditEvent.Ticketing.REFUSED;
            events.add(new AuditEvent.DeviceTicketing(
                    origin,
                    "LAB\\bob",
                    "LAB\\alice",
                    refused ? "" : "k7pz",
                    "Work laptop",
                    "desktop",
                    "pc:3389",
                    ticketing,
                    "why"));
        }
        for (AuditEvent.ApprovalStep step : AuditEvent.ApprovalStep.values()) {
            boolean own = step == AuditEvent.ApprovalStep.ASKED || step == AuditEvent.ApprovalStep.CLOSED;
            events.add(new AuditEvent.Approval(
                    origin,
                    alice,
                    step,
                    own ? Optional.empty() : Optional.of("bob"),
                    "question",
                    "rule",
                    Optional.of("pc:3389"),
                    step == AuditEvent.ApprovalStep.GIVEN
                            ? Optional.of(AuditEvent.ApprovalHow.NUMBER)
                            : Optional.empty(),
                    step == AuditEvent.ApprovalStep.ASKED ? "" : "why"));
        }
        for (String code : List.of(
                "E_PROXY_NAP_ACCESSDENIED",
                "E_PROXY_RAP_ACCESSDENIED",
                "E_PROXY_TS_CONNECTFAILED",
                "E_PROXY_MAXCONNECTIONSREACHED",
                "E_PROXY_INTERNALERROR")) {
            events.add(new AuditEvent.Refused(
                    origin, AuditEvent.Stage.TARGET, Optional.of(alice), Optional.of("pc:3389"), code, "why"));
        }
        for (ClosedBy by : ClosedBy.values()) {
            events.add(new AuditEvent.ChannelClosed(
                    origin, alice, "rule", "pc:3389", 1, 2, Duration.ofSeconds(1), by, "why"));
        }
        return events;
    }

    /** Of every event, and of what the log says about itself and of sessions that a crash ended. */
    static List<AuditRecord> records() {
        List<AuditRecord> records = new ArrayList<>(
                events().stream().map(event -> AuditRecord.of(event, TIME)).toList());
        for (String action : List.of("audit.started", "audit.stopped", "drain.started", "drain.ended", "audit.lost")) {
            records.add(AuditRecord.ofTheLog(
                    TIME,
                    action,
                    "why",
                    action.matches("audit\\.started|audit\\.stopped")
                            ? new LinkedHashMap<>()
                            : new LinkedHashMap<>(Map.of("rdgw.count", 7L))));
        }
        AuditRecord end = records.stream()
                .filter(audited -> audited.action().equals("session.end"))
                .findFirst()
                .orElseThrow();
        records.add(end.with("event.start", "2026-11-22T10:00:00.000Z").with("rdgw.closed_by", "crash"));
        return records;
    }
}
