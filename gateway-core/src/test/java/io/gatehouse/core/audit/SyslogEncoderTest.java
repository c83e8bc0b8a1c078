package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.SyslogEncoder.Content;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** RFC 5424 and CEF. A real rsyslog reads them in SyslogForwarderTest. */
class SyslogEncoderTest {
    private static final Instant TIME = Instant.parse("2026-11-22T10:20:30Z");

    /** Whatever delimits something, and what a terminal would obey. */
    private static final AuditRecord REFUSED = AuditRecord.of(
            new AuditEvent.SignInRefused(
                    new AuditEvent.Origin(
                            "c0ffee", InetAddress.ofLiteral("192.0.2.7"), Optional.of("PC \"7\"|"), "http"),
                    Optional.of("LAB\\mallory] x=\"y\""),
                    "ntlm",
                    Outcome.Reason.BAD_CREDENTIALS,
                    "wrong\npassword \u202e=|"),
            TIME);

    private static String encoded(Content content) {
        return new SyslogEncoder("gw.example.com", 4711, "1.2", content).encode(REFUSED);
    }

    @Test
    void structuredDataHoldsEveryField() {
        assertThat(encoded(Content.STRUCTURED))
                .isEqualTo("<108>1 2026-11-22T10:20:30.000Z gw.example.com gatehouse 4711 sign-in.refused "
                        + "[rdgw@32473 event.action=\"sign-in.refused\" event.category=\"authentication\""
                        + " event.code=\"201\" event.outcome=\"failure\""
                        + " event.reason=\"wrong\\\\u000apassword \\\\u202e=|\""
                        + " user.name=\"LAB\\\\mallory\\] x=\\\"y\\\"\" rdgw.stage=\"sign-in\" rdgw.auth.method=\"ntlm\""
                        + " rdgw.auth.failure=\"bad-credentials\" source.ip=\"192.0.2.7\""
                        + " rdgw.client_name=\"PC \\\"7\\\"|\" rdgw.transport=\"http\" rdgw.correlation_id=\"c0ffee\"]"
                        + " sign-in.refused: wrong\\u000apassword \\u202e=|");
    }

    @Test
    void jsonIsTheLineOfTheFile() {
        assertThat(encoded(Content.JSON))
                .isEqualTo("<108>1 2026-11-22T10:20:30.000Z gw.example.com gatehouse 4711 sign-in.refused - "
                        + AuditJson.encode(REFUSED));
    }

    @Test
    void cefEscapesWhatDelimitsItsFields() {
        assertThat(encoded(Content.CEF))
                .isEqualTo("<108>1 2026-11-22T10:20:30.000Z gw.example.com gatehouse 4711 sign-in.refused - "
                        + "CEF:0|Gatehouse|Gatehouse|1.2|201|sign-in.refused|6|rt=1795342830000 act=sign-in.refused"
                        + " outcome=failure reason=wrong\\\\u000apassword \\\\u202e\\=|"
                        + " suser=LAB\\\\mallory] x\\=\"y\" cs1=ntlm cs1Label=rdgw.auth.method"
                        + " cs4=bad-credentials cs4Label=rdgw.auth.failure src=192.0.2.7 shost=PC \"7\"|"
                        + " app=http externalId=c0ffee");
    }

    @Test
    void namesAreCutAndCleaned() {
        String message = new SyslogEncoder("gw example\"é", 1, "1", Content.JSON).encode(REFUSED);
        assertThat(message).startsWith("<108>1 2026-11-22T10:20:30.000Z gw_example__ gatehouse 1 sign-in.refused - ");
    }
}
