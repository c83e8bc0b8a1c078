package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent.Origin;
import io.gatehouse.core.audit.AuditEvent.Refused;
import io.gatehouse.core.audit.AuditEvent.SignInRefused;
import io.gatehouse.core.audit.AuditEvent.Stage;
import io.gatehouse.core.net.AddressLiteral;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Whatever a client calls itself, the line stays one line, parses, and holds the text in its own field. */
class AuditJsonFuzzTest {
    private static final InetAddress CLIENT = AddressLiteral.parse("192.0.2.1").orElseThrow();

    @FuzzTest(maxDuration = "20s")
    void anyTextStaysOneLineOfJson(FuzzedDataProvider data) {
        String account = data.consumeString(400);
        String clientName = data.consumeString(400);
        String detail = data.consumeString(400);
        String target = data.consumeRemainingAsString();
        Origin origin = new Origin("c0ffee", CLIENT, Optional.of(clientName), "websocket");
        Map<String, String> refused = parse(AuditJson.encode(
                new SignInRefused(origin, Optional.of(account), "ntlm", Outcome.Reason.MALFORMED, detail),
                Instant.EPOCH));
        assertThat(refused)
                .containsEntry("user.name", cut(account))
                .containsEntry("rdgw.client_name", cut(clientName))
                .containsEntry("event.code", "201");
        assertThat(parse(AuditJson.encode(
                        new Refused(
                                origin,
                                Stage.TARGET,
                                Optional.empty(),
                                Optional.of(target),
                                "E_PROXY_RAP_ACCESSDENIED",
                                detail),
                        Instant.EPOCH)))
                .containsEntry("event.code", "301");
    }

    private static String cut(String text) {
        if (text.length() <= 256) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(255)) ? 255 : 256);
    }

    /** The line's properties; each may occur once. */
    private static Map<String, String> parse(String line) {
        assertThat(line.chars().noneMatch(c -> c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029))
                .isTrue();
        Map<String, String> properties = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                assertThat(parser.nextToken()).isIn(List.of(JsonToken.VALUE_STRING, JsonToken.VALUE_NUMBER_INT));
                assertThat(properties.put(name, parser.getString()))
                        .describedAs(name)
                        .isNull();
            }
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
        }
        return properties;
    }
}
