package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent.ChannelClosed;
import io.gatehouse.core.audit.AuditEvent.ChannelOpened;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.audit.AuditEvent.KdcProxyRefused;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.audit.AuditEvent.Refused;
import io.gatehouse.core.audit.AuditEvent.SignInRefused;
import io.gatehouse.core.audit.AuditEvent.SignedIn;
import io.gatehouse.core.audit.AuditEvent.Stage;
import io.gatehouse.core.net.AddressLiteral;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditJsonTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:20:30Z");
    private static final Origin ORIGIN =
            new Origin("c0ffee", address("2001:db8::7"), Optional.of("LAPTOP-7"), "websocket");
    private static final Identity ALICE = new Identity(
            "ntlm",
            "ntlm",
            "alice",
            Optional.of("LAB"),
            Optional.empty(),
            Set.of("staff"),
            Set.of(),
            Set.of(Identity.Proof.MESSAGE_INTEGRITY, Identity.Proof.CHANNEL_BINDING));
    private static final Identity LOCAL = Identity.local("local", "basic", "bob", Set.of(), Set.of());

    @Test
    void signInIsWindowsEvent200() {
        assertThat(AuditJson.encode(new SignedIn(ORIGIN, ALICE), TIME))
                .isEqualTo("{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"sign-in.accepted\","
                        + "\"event.category\":\"authentication\",\"event.code\":\"200\",\"event.outcome\":\"success\","
                        + "\"user.name\":\"alice\",\"user.domain\":\"LAB\",\"rdgw.auth.provider\":\"ntlm\","
                        + "\"rdgw.auth.method\":\"ntlm\",\"rdgw.auth.proofs\":\"channel-binding,message-integrity\","
                        + "\"source.ip\":\"2001:db8::7\",\"rdgw.client_name\":\"LAPTOP-7\","
                        + "\"rdgw.transport\":\"websocket\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @Test
    void aSignInMayHaveARemark() {
        assertThat(AuditJson.encode(new SignedIn(ORIGIN, LOCAL, Optional.of("the token was made elsewhere")), TIME))
                .contains("\"event.outcome\":\"success\",\"event.reason\":\"the token was made elsewhere\",");
    }

    @Test
    void repeatedRefusalsHaveACount() {
        assertThat(AuditJson.encode(
                        new AuditEvent.RefusalsRepeated(
                                ORIGIN, "sign-in refused: throttled", "alice", 4990, Duration.ofSeconds(60)),
                        TIME))
                .isEqualTo("{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"refusals.repeated\","
                        + "\"event.category\":\"authentication\",\"event.outcome\":\"failure\","
                        + "\"event.reason\":\"sign-in refused: throttled\",\"rdgw.about\":\"alice\","
                        + "\"rdgw.count\":4990,\"event.duration\":60000000000,\"source.ip\":\"2001:db8::7\"}");
    }

    @Test
    void refusedSignInIsWindowsEvent201() {
        Origin early = new Origin("c0ffee", address("192.0.2.7"), Optional.empty(), "http");
        assertThat(AuditJson.encode(
                        new SignInRefused(
                                early,
                                Optional.of("LAB\\mallory"),
                                "ntlm",
                                Outcome.Reason.BAD_CREDENTIALS,
                                "wrong password"),
                        TIME))
                .isEqualTo(
                        "{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"sign-in.refused\","
                                + "\"event.category\":\"authentication\",\"event.code\":\"201\",\"event.outcome\":\"failure\","
                                + "\"event.reason\":\"wrong password\",\"user.name\":\"LAB\\\\mallory\","
                                + "\"rdgw.stage\":\"sign-in\",\"rdgw.auth.method\":\"ntlm\",\"rdgw.auth.failure\":\"bad-credentials\","
                                + "\"source.ip\":\"192.0.2.7\",\"rdgw.transport\":\"http\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @Test
    void refusedMessageToAKdcHasNoNumberInWindows() {
        Origin early = new Origin("c0ffee", address("192.0.2.7"), Optional.empty(), "http");
        assertThat(AuditJson.encode(
                        new KdcProxyRefused(
                                early, Optional.of("alice@LAB.TEST"), "lab.test", "AS-REQ", "too many guesses"),
                        TIME))
                .isEqualTo(
                        "{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"kdc-proxy.refused\","
                                + "\"event.category\":\"authentication\",\"event.outcome\":\"failure\","
                                + "\"event.reason\":\"too many guesses\",\"user.name\":\"alice@LAB.TEST\","
                                + "\"rdgw.kerberos.realm\":\"lab.test\",\"rdgw.kerberos.message\":\"AS-REQ\","
                                + "\"source.ip\":\"192.0.2.7\",\"rdgw.transport\":\"http\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @Test
    void refusedTargetIsWindowsEvent301() {
        assertThat(AuditJson.encode(
                        new Refused(
                                ORIGIN,
                                Stage.TARGET,
                                Optional.of(LOCAL),
                                Optional.of("desk1.lab.example.com:3389"),
                                "E_PROXY_RAP_ACCESSDENIED",
                                "no rule is for this user"),
                        TIME))
                .isEqualTo("{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"resource.denied\","
                        + "\"event.category\":\"session\",\"event.code\":\"301\",\"event.outcome\":\"failure\","
                        + "\"event.reason\":\"no rule is for this user\",\"rdgw.stage\":\"target\",\"rdgw.error\":\"E_PROXY_RAP_ACCESSDENIED\","
                        + "\"user.name\":\"bob\",\"rdgw.auth.provider\":\"local\",\"rdgw.auth.method\":\"basic\","
                        + "\"destination.domain\":\"desk1.lab.example.com\",\"destination.port\":3389,"
                        + "\"source.ip\":\"2001:db8::7\",\"rdgw.client_name\":\"LAPTOP-7\","
                        + "\"rdgw.transport\":\"websocket\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @Test
    void openChannelIsWindowsEvent302() {
        assertThat(AuditJson.encode(
                        new ChannelOpened(ORIGIN, LOCAL, "staff", "desk1.lab.example.com:3389", address("10.1.0.1")),
                        TIME))
                .isEqualTo("{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"session.start\","
                        + "\"event.category\":\"session\",\"event.code\":\"302\",\"event.outcome\":\"success\","
                        + "\"user.name\":\"bob\",\"rdgw.auth.provider\":\"local\",\"rdgw.auth.method\":\"basic\","
                        + "\"rdgw.policy.rule\":\"staff\",\"destination.domain\":\"desk1.lab.example.com\","
                        + "\"destination.ip\":\"10.1.0.1\",\"destination.port\":3389,"
                        + "\"source.ip\":\"2001:db8::7\",\"rdgw.client_name\":\"LAPTOP-7\","
                        + "\"rdgw.transport\":\"websocket\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @Test
    void closedChannelIsWindowsEvent303() {
        assertThat(AuditJson.encode(closed(ClosedBy.TARGET), TIME))
                .isEqualTo("{\"@timestamp\":\"2026-11-22T10:20:30.000Z\",\"event.action\":\"session.end\","
                        + "\"event.category\":\"session\",\"event.code\":\"303\",\"event.outcome\":\"success\","
                        + "\"event.reason\":\"end of stream\",\"rdgw.closed_by\":\"target\","
                        + "\"event.duration\":1500000000,\"source.bytes\":5000000000,\"destination.bytes\":9000000000,"
                        + "\"user.name\":\"bob\",\"rdgw.auth.provider\":\"local\",\"rdgw.auth.method\":\"basic\","
                        + "\"rdgw.policy.rule\":\"staff\",\"destination.ip\":\"2001:db8::1\",\"destination.port\":3389,"
                        + "\"source.ip\":\"2001:db8::7\",\"rdgw.client_name\":\"LAPTOP-7\","
                        + "\"rdgw.transport\":\"websocket\",\"rdgw.correlation_id\":\"c0ffee\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "CLIENT, 303, session.end, success",
        "TARGET, 303, session.end, success",
        "IDLE_TIMEOUT, 303, session.end, success",
        "SESSION_TIMEOUT, 307, session.timeout, success",
        "ADMINISTRATOR, 202, session.terminated, success",
        "SHUTDOWN, 303, session.end, success",
        "ERROR, 303, session.end, failure",
    })
    void endOfAChannelSaysWhoEndedIt(ClosedBy by, String code, String action, String outcome) {
        assertThat(AuditJson.encode(closed(by), TIME))
                .contains("\"event.action\":\"" + action + "\"")
                .contains("\"event.code\":\"" + code + "\"")
                .contains("\"event.outcome\":\"" + outcome + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "E_PROXY_NAP_ACCESSDENIED, 201, connection.denied",
        "E_PROXY_MAXCONNECTIONSREACHED, 203, limit.connections",
        "E_PROXY_RAP_ACCESSDENIED, 301, resource.denied",
        "E_PROXY_TS_CONNECTFAILED, 304, resource.unreachable",
        "E_PROXY_CAPABILITYMISMATCH, 306, tunnel.failed",
    })
    void refusalSaysWhatWasRefused(String error, String code, String action) {
        assertThat(AuditJson.encode(
                        new Refused(ORIGIN, Stage.TARGET, Optional.empty(), Optional.empty(), error, "x"), TIME))
                .contains("\"event.action\":\"" + action + "\"")
                .contains("\"event.code\":\"" + code + "\"");
    }

    @Test
    void textCannotLeaveItsFieldOrPretendToBeOther() {
        assertThat(encodeRule("a\"b\\c\nd\r\u0000\u001b\u007f\u0085\u2028\u202eü\ud83d\ude00\ud800"))
                .contains("\"rdgw.policy.rule\":\"a\\\"b\\\\c\\nd\\r\\u0000\\u001B\\u007F\\u0085\\u2028\\u202eü"
                        + "\\ud83d\\ude00\\ud800\"");
    }

    @Test
    void longTextIsCutAt256Characters() {
        assertThat(encodeRule("x".repeat(300))).contains("\"rdgw.policy.rule\":\"" + "x".repeat(256) + "\"");
        assertThat(encodeRule("x".repeat(255) + "\ud83d\ude00"))
                .contains("\"rdgw.policy.rule\":\"" + "x".repeat(255) + "\"");
    }

    private static String encodeRule(String rule) {
        return AuditJson.encode(new ChannelOpened(ORIGIN, LOCAL, rule, "a:1", address("10.0.0.1")), TIME);
    }

    private static ChannelClosed closed(ClosedBy by) {
        return new ChannelClosed(
                ORIGIN,
                LOCAL,
                "staff",
                "[2001:db8::1]:3389",
                5_000_000_000L,
                9_000_000_000L,
                Duration.ofMillis(1500),
                by,
                "end of stream");
    }

    private static InetAddress address(String literal) {
        return AddressLiteral.parse(literal).orElseThrow();
    }
}
