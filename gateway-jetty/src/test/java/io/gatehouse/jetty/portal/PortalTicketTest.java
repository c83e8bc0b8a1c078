package io.gatehouse.jetty.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody with a ticket of a real domain at the portal: curl with the SPNEGO of MIT Kerberos, as browsers do it. */
@Timeout(120)
class PortalTicketTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void assume() {
        RequiredTools.assume("curl", "kinit");
    }

    private TestGateway gateway() throws Exception {
        return TestGateway.withKerberos(SHARED.domain().serviceKeytab(), "HTTP/localhost", Browser.PORTAL + """
                [[desktop]]
                name = "echo"
                host = "127.0.0.1"
                """);
    }

    private List<String> curl(TestGateway gateway, Map<String, String> environment, String... more) throws Exception {
        Path headers = folder.fresh("headers");
        List<String> command = new java.util.ArrayList<>(
                List.of("curl", "--silent", "--insecure", "--noproxy", "*", "--max-time", "10"));
        command.addAll(List.of(more));
        command.addAll(List.of(
                "--dump-header",
                headers.toString(),
                "--output",
                folder.fresh("body").toString(),
                "https://localhost:" + gateway.tls().getPort() + "/signin/negotiate?return_to=%2Fsessions"));
        Command.of(command.toArray(new String[0]))
                .withEnvironment(environment)
                .within(Duration.ofSeconds(30))
                .run(folder);
        return Files.readAllLines(headers, StandardCharsets.ISO_8859_1);
    }

    @Test
    void aTicketIsEnough() throws Exception {
        try (TestGateway gateway = gateway()) {
            Map<String, String> alice =
                    SHARED.domain().client().kinit(SambaDomain.ALICE).environment();
            List<String> headers = curl(gateway, alice, "--negotiate", "--user", ":");
            assertThat(headers)
                    .contains("HTTP/1.1 303 See Other", "Location: /sessions")
                    .anyMatch(line -> line.startsWith("Set-Cookie: __Host-gatehouse="));
            gateway.awaitAudit(
                    "sign-in.accepted",
                    "\"rdgw.auth.method\":\"kerberos\"",
                    "\"rdgw.transport\":\"portal\"",
                    "\"user.domain\":\"ADTEST\"");
        }
    }

    @Test
    void whoHasNoTicketFindsTheOtherWays() throws Exception {
        try (TestGateway gateway = gateway()) {
            Browser browser = new Browser(gateway.tls());
            String page = new String(browser.get("/signin").body(), StandardCharsets.UTF_8);
            assertThat(page).contains("/signin/negotiate?return_to=%2Fdesktops", "name=\"password\"");
            List<String> headers = curl(gateway, Map.of());
            assertThat(headers)
                    .contains("HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Negotiate")
                    .noneMatch(line -> line.startsWith("Set-Cookie: __Host-gatehouse="));
            assertThat(new String(browser.get("/signin/negotiate").body(), StandardCharsets.UTF_8))
                    .contains("This browser could not sign you in automatically.", "name=\"password\"");
        }
    }
}
