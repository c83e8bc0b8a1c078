package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.audit.AuditEvent.Origin;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/audit.md names the actions and fields that events have, and no others. */
class AuditDocumentationTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "audit.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\|");
    private static final Pattern ACTION = Pattern.compile("\"event\\.action\":\"([^\"]+)\"");
    private static final Pattern KEY = Pattern.compile("[{,]\"([^\"]+)\":");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static List<AuditEvent> events() {
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
                        origin, alice, "rule", "pc:3389", List.of("pc:3389", "decoy:3389"), address),
                new AuditEvent.TokenIssued(origin, alice, "desktop", "pc:3389", "token"),
                new AuditEvent.SignedOut(origin, alice, "how"),
                new AuditEvent.AdminCall(
                        origin, Optional.of("ops"), "token", "end-session", Optional.of("c0ffee"), 200, "why"),
                new AuditEvent.AdminCall(origin, Optional.empty(), "token", "unknown", Optional.empty(), 401, "why"),
                new AuditEvent.ConfigurationReloaded(origin, "SIGHUP", "abc", "def", true, "changed: policy.rule"),
                new AuditEvent.ConfigurationReloaded(origin, "SIGHUP", "abc", "abc", false, "why"),
                new AuditEvent.RefusalsRepeated(origin, "kind", "bob", 7, Duration.ofMinutes(1))));
        for (String code : List.of(
                "E_PROXY_NAP_ACCESSDENIED",
                "E_PROXY_RAP_ACCESSDENIED",
                "E_PROXY_TS_CONNECTFAILED",
                "E_PROXY_MAXCONNECTIONSREACHED",
                "E_PROXY_INTERNALERROR")) {
            events.add(new AuditEvent.Refused(origin, Optional.of(alice), Optional.of("pc:3389"), code, "why"));
        }
        for (ClosedBy by : ClosedBy.values()) {
            events.add(new AuditEvent.ChannelClosed(origin, alice, "pc:3389", 1, 2, Duration.ofSeconds(1), by, "why"));
        }
        return events;
    }

    /** The names in the first column of the table whose heading is {@code first}. */
    private static Set<String> documented(String first) throws Exception {
        String text = Files.readString(DOCUMENT);
        int start = text.indexOf("| " + first + " |");
        assertThat(start).isNotNegative();
        int end = text.indexOf("\n\n", start);
        String rows = text.substring(text.indexOf('\n', text.indexOf('\n', start) + 1), end);
        Set<String> names = new TreeSet<>();
        for (Matcher row = ROW.matcher(rows); row.find(); ) {
            for (Matcher name = NAME.matcher(row.group(1)); name.find(); ) {
                names.add(name.group(1));
            }
        }
        return names;
    }

    /** What {@code pattern} finds in the lines of all events. */
    private static Set<String> written(Pattern pattern) {
        return events().stream()
                .flatMap(event ->
                        pattern.matcher(AuditJson.encode(event, Instant.EPOCH)).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void thereIsASampleOfEveryEvent() {
        assertThat(events().stream().map(Object::getClass).distinct().map(Class::getName))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(AuditEvent.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toList());
    }

    @Test
    void theActionsAreThoseOfEvents() throws Exception {
        assertThat(documented("`event.action`")).isEqualTo(written(ACTION));
    }

    @Test
    void theFieldsAreThoseOfEvents() throws Exception {
        assertThat(documented("Field")).isEqualTo(written(KEY));
    }
}
