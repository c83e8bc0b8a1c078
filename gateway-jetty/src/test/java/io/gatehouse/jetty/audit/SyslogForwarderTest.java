package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.SyslogEncoder.Content;
import io.gatehouse.core.config.AuditConfig;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.jetty.Await;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Debian's rsyslog takes the events over TLS, and understands them. */
@Timeout(120)
class SyslogForwarderTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private TestCertificates authority;
    private int port;
    private Path received;

    @BeforeEach
    void prepare() throws IOException {
        RequiredTools.assumeRoot();
        RequiredTools.assume("rsyslogd");
        RequiredTools.assumeFile(Path.of("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"), "rsyslog-gnutls");
        authority = TestCertificates.authority(folder, "Audit CA");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        received = folder.fresh("received");
    }

    /** Writes a line for each message: what {@code line} makes of what the modules of {@code parsers} found. */
    private OwnProcess rsyslog(String name, String parsers, String line) {
        TestCertificates.Pair pair = authority.issue("DNS:" + name);
        Path configuration = folder.write("rsyslog.conf", """
                global(workDirectory="%1$s" DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="%2$s"
                    DefaultNetstreamDriverCertFile="%3$s" DefaultNetstreamDriverKeyFile="%4$s" maxMessageSize="64k")
                module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
                module(load="mmpstrucdata")
                module(load="mmnormalize")
                template(name="line" type="string" string="%6$s\\n")
                input(type="imtcp" address="127.0.0.1" port="%5$d" ruleset="audit")
                ruleset(name="audit") {
                    %7$s
                    action(type="omfile" file="%8$s" template="line")
                }
                """.formatted(
                folder.path(), authority.certificate(), pair.certificate(), pair.key(), port, line, parsers, received));
        return OwnProcess.start(
                folder,
                Map.of(),
                List.of(
                        RequiredTools.find("rsyslogd").orElseThrow().toString(),
                        "-n",
                        "-iNONE",
                        "-f",
                        configuration.toString()));
    }

    private AuditTrail trail(Content content, int capacity) throws Exception {
        AuditConfig.Syslog server = new AuditConfig.Syslog(
                new ServerAddress("localhost", OptionalInt.of(port)), Optional.of(authority.certificate()), content);
        return AuditTrail.open(
                new AuditConfig(
                        Optional.of(folder.fresh("audit.jsonl")),
                        0,
                        Optional.empty(),
                        1,
                        AuditConfig.OnFull.DROP,
                        List.of(server)),
                List.of(),
                "gw.example.com",
                Clock.systemUTC(),
                MonotonicClock.system(),
                capacity);
    }

    private static AuditEvent.Origin origin(String id) {
        return new AuditEvent.Origin(id, InetAddress.ofLiteral("192.0.2.7"), Optional.of("PC \"7\""), "http");
    }

    private static AuditEvent refused(String id) {
        return new AuditEvent.SignInRefused(
                origin(id),
                Optional.of("LAB\\mallory] x=\"y\"|z"),
                "ntlm",
                Outcome.Reason.BAD_CREDENTIALS,
                "wrong\npassword");
    }

    private static AuditEvent signedIn(String id) {
        return new AuditEvent.SignedIn(origin(id), Identity.local("local", "basic", "alice", Set.of(), Set.of()));
    }

    private List<String> lines() throws IOException {
        return Files.exists(received) ? Files.readAllLines(received) : List.of();
    }

    @Test
    void structuredDataIsParsedBack() throws Exception {
        try (OwnProcess server = rsyslog(
                        "localhost",
                        "action(type=\"mmpstrucdata\")",
                        "%syslogfacility-text%|%syslogseverity-text%|%hostname%|%app-name%|%msgid%|%$!rfc5424-sd%|%msg%");
                AuditTrail trail = trail(Content.STRUCTURED, 100)) {
            trail.record(refused("c0ffee"));
            Await.until("the message", () -> !lines().isEmpty());
            assertThat(server.isAlive()).isTrue();
        }
        String line = lines().getFirst();
        assertThat(line)
                .contains("|warning|gw.example.com|gatehouse|sign-in.refused|")
                .contains("\"event.action\": \"sign-in.refused\"", "\"source.ip\": \"192.0.2.7\"")
                .contains("\"user.name\": \"LAB\\\\mallory] x=\\\"y\\\"|z\"")
                .contains("\"event.reason\": \"wrong\\\\u000apassword\"", "\"rdgw.client_name\": \"PC \\\"7\\\"\"")
                .endsWith("|sign-in.refused: wrong\\u000apassword");
    }

    @Test
    void cefIsParsedBack() throws Exception {
        Path rules = folder.write("cef.rulebase", "version=2\nrule=:%f:cef%\n");
        try (OwnProcess server = rsyslog(
                        "localhost", "action(type=\"mmnormalize\" rulebase=\"" + rules + "\")", "%msgid%|%$!%");
                AuditTrail trail = trail(Content.CEF, 100)) {
            trail.record(refused("c0ffee"));
            Await.until("the message", () -> !lines().isEmpty());
            assertThat(server.isAlive()).isTrue();
        }
        assertThat(lines().getFirst())
                .startsWith("sign-in.refused|")
                .contains("\"DeviceVendor\": \"Gatehouse\"", "\"SignatureID\": \"201\"", "\"Severity\": \"6\"")
                .contains("\"suser\": \"LAB\\\\mallory] x=\\\"y\\\"|z\"", "\"src\": \"192.0.2.7\"")
                .contains("\"reason\": \"wrong\\\\u000apassword\"", "\"externalId\": \"c0ffee\"");
    }

    /** Nobody waits for the server; what waits is sent when it comes, and what found no room is counted. */
    @Test
    void eventsWaitForAServerThatIsAwayAndFurtherOnesAreCounted() throws Exception {
        try (AuditTrail trail = trail(Content.JSON, 10)) {
            for (int number = 0; number < 100; number++) {
                trail.record(signedIn("number-" + number));
            }
            Await.until("events are lost", () -> trail.lostBySyslog() > 0);
            long lost = trail.lostBySyslog();
            assertThat(lost).isBetween(75L, 80L); // two queues of 10, and those that are being sent
            try (OwnProcess server = rsyslog("localhost", "", "%msg%")) {
                Await.until("the events that waited", () -> lines().size() >= 100 - lost);
                assertThat(lines()).hasSize(100 - (int) lost).first().asString().contains("number-0\"");
                OwnProcess again = restarted(server);
                try (again) {
                    trail.record(signedIn("after the restart"));
                    Await.until(
                            "the event after a restart",
                            () -> lines().stream().anyMatch(line -> line.contains("after the restart")));
                }
            }
            assertThat(trail.lostBySyslog()).isEqualTo(lost);
        }
    }

    private OwnProcess restarted(OwnProcess server) {
        server.close();
        return rsyslog("localhost", "", "%msg%");
    }

    /** RFC 5425 section 5.2: a server whose certificate has another name gets nothing. */
    @Test
    void aServerOfAnotherNameGetsNothing() throws Exception {
        try (OwnProcess server = rsyslog("elsewhere.example", "", "%msg%");
                AuditTrail trail = trail(Content.JSON, 2)) {
            for (int number = 0; number < 20; number++) {
                trail.record(signedIn("number-" + number));
            }
            Await.until("events are lost", () -> trail.lostBySyslog() > 0);
            assertThat(server.isAlive()).isTrue();
        }
        assertThat(lines()).isEmpty();
    }
}
