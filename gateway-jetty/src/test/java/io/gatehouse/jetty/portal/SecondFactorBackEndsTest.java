package io.gatehouse.jetty.portal;

import static io.gatehouse.jetty.portal.PortalAnswers.codes;
import static io.gatehouse.jetty.portal.PortalAnswers.field;
import static io.gatehouse.jetty.portal.PortalAnswers.location;
import static io.gatehouse.jetty.portal.PortalAnswers.secret;
import static io.gatehouse.jetty.portal.PortalAnswers.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.CurlTickets;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A one-time code behind first factors that others check: PAM, a directory, a KDC. Each is the real one. */
@Timeout(60)
class SecondFactorBackEndsTest {
    private static final String PORTAL = Browser.PORTAL + """
            [portal.totp]
            everyone = true
            enrolment = "sign-in"
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void assume() {
        OathTool.assume();
    }

    /** What a browser does until the back end has found the first factor right. */
    @FunctionalInterface
    private interface FirstFactor {
        HttpResponse<byte[]> of(Browser browser) throws Exception;
    }

    /** Sets up an app in the first sign-in, and signs in a second time with a code of it, but not with a wrong one. */
    private void isFollowedByACode(TestGateway gateway, FirstFactor first, String method) throws Exception {
        Browser browser = new Browser(gateway.tls());
        HttpResponse<byte[]> offer = first.of(browser);
        assertThat(text(offer)).contains("Set up a second factor");
        assertThat(browser.cookie("__Host-gatehouse")).as("no session yet").isEmpty();
        HttpResponse<byte[]> setUp = browser.post("/signin-setup", Map.of("csrf", field(offer, "csrf")));
        String secret = secret(setUp);
        Instant now = Instant.now();
        assertThat(codes(browser.post(
                        "/signin-setup",
                        Map.of("csrf", field(setUp, "csrf"), "code", OathTool.code(folder, secret, now)))))
                .hasSize(10);

        Browser again = new Browser(gateway.tls());
        HttpResponse<byte[]> form = first.of(again);
        assertThat(again.post("/signin-code", Map.of("csrf", field(form, "csrf"), "code", "123456"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(location(again.get("/desktops"))).startsWith("/signin");
        String next = OathTool.code(folder, secret, now.plusSeconds(30));
        assertThat(location(again.post("/signin-code", Map.of("csrf", field(form, "csrf"), "code", next))))
                .isEqualTo("/desktops");
        assertThat(again.get("/desktops").statusCode()).isEqualTo(200);
        gateway.awaitAudit(
                "sign-in.accepted",
                "\"user.name\":\"alice\"",
                "\"rdgw.auth.method\":\"" + method + "\"",
                "\"rdgw.auth.proofs\":\"multi-factor");
    }

    @Test
    void aPasswordThatPamChecks() throws Exception {
        Path matrix;
        try (Stream<Path> libraries = Files.list(Path.of("/usr/lib"))) {
            matrix = libraries
                    .map(each -> each.resolve("pam_wrapper/pam_matrix.so"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElse(Path.of("pam_matrix.so"));
        }
        RequiredTools.assumeFile(matrix, "libpam-wrapper");
        Path users = folder.write("passdb", "alice:from-pam:gatehouse\n");
        Path services = folder.freshFolder("pam.d");
        Files.writeString(
                services.resolve("gatehouse"),
                "auth required %1$s passdb=%2$s\naccount required %1$s passdb=%2$s\n".formatted(matrix, users));
        String realm = """
                [auth.local]
                realms = ["pam"]
                [auth.local.pam]
                directory = "%s"
                require-system-account = false
                """.formatted(services);
        try (TestGateway gateway = TestGateway.withRealms(realm, PORTAL)) {
            isFollowedByACode(gateway, browser -> browser.signIn("alice", "from-pam"), "basic");
        }
    }

    @Test
    void aPasswordThatADirectoryChecks() throws Exception {
        OpenLdap.assume();
        Path password = folder.write("ldap-password", OpenLdap.SEARCHER_PASSWORD);
        try (OpenLdap directory = OpenLdap.start(folder)) {
            String realm = """
                    [auth.local]
                    realms = ["ldap"]
                    [auth.local.ldap]
                    urls = ["%s"]
                    ca = "%s"
                    bind-dn = "%s"
                    bind-password = { file = "%s" }
                    base = "%s"
                    schema = "group-of-names"
                    """.formatted(
                    directory.ldapsUrl(), directory.caCertificate(), OpenLdap.SEARCHER_DN, password, OpenLdap.BASE_DN);
            try (TestGateway gateway = TestGateway.withRealms(realm, PORTAL)) {
                isFollowedByACode(
                        gateway, browser -> browser.signIn(OpenLdap.ALICE.name(), OpenLdap.ALICE.password()), "basic");
            }
        }
    }

    @Test
    void aTicketThatAKdcIssued() throws Exception {
        MitKdc.assume();
        RequiredTools.assume("curl");
        try (MitKdc kdc = MitKdc.start(folder);
                CurlTickets tickets = new CurlTickets(folder, kdc.client().kinit(MitKdc.ALICE));
                TestGateway gateway =
                        TestGateway.withKerberos(kdc.keytab(MitKdc.LOCALHOST), MitKdc.LOCALHOST, PORTAL)) {
            isFollowedByACode(
                    gateway,
                    browser -> browser.get(
                            "/signin/negotiate",
                            "Authorization",
                            "Negotiate "
                                    + Base64.getEncoder()
                                            .encodeToString(tickets.next().bytes())),
                    "kerberos");
        }
    }
}
