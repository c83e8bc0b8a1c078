package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.ReverseProxy.Recipe;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that has a ticket of a domain and the password of a local account, at gateways with a right and a wrong
 * keytab: curl with the SPNEGO of MIT Kerberos, and gss-ntlmssp.
 */
@Timeout(120)
class KerberosOrNtlmTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void assume() {
        RequiredTools.assume("curl", "kinit");
        RequiredTools.assumeFile(Path.of("/etc/gss/mech.d/mech.ntlmssp.conf"), "gss-ntlmssp");
    }

    /** Keys of another account than the one that tickets for this gateway are for. */
    private static TestGateway withTheKeytabOfAnotherHost() throws Exception {
        return TestGateway.withKerberos(SHARED.domain().secondMachineKeytab(), SambaDomain.MACHINE_2.name());
    }

    /** The statuses of all answers; curl does not wait for the end of the OUT channel. */
    private List<String> statuses(TestGateway gateway, TestAccount user, String ntlmPassword) throws Exception {
        return statuses(gateway.tls(), "RDG_OUT_DATA", user, ntlmPassword);
    }

    private List<String> statuses(InetSocketAddress at, String method, TestAccount user, String ntlmPassword)
            throws Exception {
        Path headers = folder.fresh("headers");
        Path users = folder.write("users", "GW:alice:" + ntlmPassword + "\n");
        Map<String, String> environment =
                new HashMap<>(SHARED.domain().client().kinit(user).environment());
        environment.put("NTLM_USER_FILE", users.toString());
        Command.of(
                        "curl",
                        "--silent",
                        "--insecure",
                        "--noproxy",
                        "*",
                        "--head",
                        "--request",
                        method,
                        "--header",
                        "RDG-Connection-Id: " + RawHttp.ID,
                        "--negotiate",
                        "--user",
                        ":",
                        "--dump-header",
                        headers.toString(),
                        "--output",
                        folder.fresh("body").toString(),
                        "https://localhost:" + at.getPort() + RawHttp.PATH)
                .withEnvironment(environment)
                .within(Duration.ofSeconds(30))
                .run(folder);
        return Files.readAllLines(headers, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("HTTP/1.1 "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    @Test
    void aTicketThatTheGatewayCanOpenIsEnough() throws Exception {
        try (TestGateway gateway = TestGateway.withKerberos(SHARED.domain().serviceKeytab(), "HTTP/localhost")) {
            assertThat(statuses(gateway, SambaDomain.ALICE, TestGateway.PASSWORD))
                    .containsExactly("200");
            gateway.awaitAudit(
                    "\"event.action\":\"sign-in.accepted\"",
                    "\"rdgw.auth.method\":\"kerberos\"",
                    "\"user.domain\":\"ADTEST\"");
        }
    }

    /** A thousand groups make a ticket that is larger than the headers that many servers read. */
    @Test
    void aTicketWithAThousandGroupsIsReadToo() throws Exception {
        try (TestGateway gateway = TestGateway.withKerberos(SHARED.domain().serviceKeytab(), "HTTP/localhost")) {
            assertThat(statuses(gateway, SambaDomain.CROWD, TestGateway.PASSWORD))
                    .containsExactly("200");
            gateway.awaitAudit("\"event.action\":\"sign-in.accepted\"", "\"user.name\":\"crowd\"");
        }
    }

    /** An IN channel that has no OUT channel is refused once its user is known. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX_HTTP", "HAPROXY_HTTP", "APACHE", "CADDY"})
    void aTicketWithAThousandGroupsPassesTheHttpProxies(Recipe recipe) throws Exception {
        try (TestGateway gateway = TestGateway.behindReverseProxies(
                        SHARED.domain().serviceKeytab(), "HTTP/localhost", TestGateway.RULE);
                ReverseProxy proxy = ReverseProxy.start(recipe, gateway, folder.freshFolder("proxy"))) {
            assertThat(statuses(proxy.address(), "RDG_IN_DATA", SambaDomain.CROWD, TestGateway.PASSWORD))
                    .containsExactly("403");
            gateway.awaitAudit("no OUT channel of this client", "\"user.name\":\"crowd\"");
        }
    }

    @Test
    void aTicketForAnotherKeyIsFollowedByNtlm() throws Exception {
        try (TestGateway gateway = withTheKeytabOfAnotherHost()) {
            assertThat(statuses(gateway, SambaDomain.ALICE, TestGateway.PASSWORD))
                    .containsExactly("401", "401", "200");
            gateway.awaitAudit("\"event.action\":\"sign-in.accepted\"", "\"rdgw.auth.method\":\"ntlm\"");
        }
    }

    @Test
    void whoFailsWithBothIsAuditedWithBothReasons() throws Exception {
        try (TestGateway gateway = withTheKeytabOfAnotherHost()) {
            assertThat(statuses(gateway, SambaDomain.ALICE, "wrong")).containsExactly("401", "401", "401");
            gateway.awaitAudit(
                    "\"rdgw.auth.failure\":\"bad-credentials\"",
                    "wrong password; before that kerberos: ticket for HTTP/localhost");
        }
    }
}
