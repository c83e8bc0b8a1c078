package io.gatehouse.testkit.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server itself, with a relying party that only looks at what it gets. */
@Tag("keycloak")
@Timeout(60)
class KeycloakTest {
    /** S256 of the verifier in RFC 7636 appendix B. */
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static TestFolder served;
    private static Keycloak keycloak;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        Chromium.assume();
        Keycloak.assume();
        served = new TestFolder();
        keycloak = Keycloak.start(
                served, TestCertificates.authority(served, "Test CA").certificate());
    }

    @AfterAll
    static void stop() {
        if (keycloak != null) {
            keycloak.close();
            served.close();
        }
    }

    @Test
    void whoKnowsThePasswordIsSentBackAndAnAdministratorEndsTheSession() throws Exception {
        try (Chromium browser = Chromium.with().start(folder)) {
            HttpServer party = party();
            try {
                signIn(browser, register(party, "one"), party, KeycloakUser.ALICE);
                assertThat(requests.poll(20, TimeUnit.SECONDS))
                        .startsWith("GET /callback?")
                        .contains("code=", "state=s");
                assertThat(keycloak.sessions(KeycloakUser.ALICE)).isOne();
                assertThat(keycloak.sessions(KeycloakUser.CAROL)).isZero();
                keycloak.logOut(KeycloakUser.ALICE);
                assertThat(keycloak.sessions(KeycloakUser.ALICE)).isZero();
            } finally {
                party.stop(0);
            }
        }
    }

    @Test
    void whoHasAPhoneIsAskedForItsCodeToo() throws Exception {
        try (Chromium browser = Chromium.with().start(folder)) {
            HttpServer party = party();
            try {
                signIn(browser, register(party, "two"), party, KeycloakUser.BOB);
                browser.type("#otp", "000000");
                browser.click("[type=submit]");
                assertThat(browser.element("#input-error-otp").getText()).contains("Invalid authenticator code");
                assertThat(requests).isEmpty();
                browser.type("#otp", KeycloakUser.BOB.code(Instant.now()));
                browser.click("[type=submit]");
                assertThat(requests.poll(20, TimeUnit.SECONDS)).startsWith("GET /callback?");
            } finally {
                party.stop(0);
            }
        }
    }

    private void signIn(Chromium browser, KeycloakClient client, HttpServer party, KeycloakUser user) {
        browser.open(
                client.issuer() + "/protocol/openid-connect/auth?response_type=code&scope=openid&state=s&client_id="
                        + client.id() + "&redirect_uri=" + address(party)
                        + "/callback&code_challenge_method=S256&code_challenge="
                        + CHALLENGE);
        browser.type("#username", user.name());
        browser.type("#password", user.password());
        browser.click("[type=submit]");
    }

    private static URI address(HttpServer party) {
        return URI.create("http://127.0.0.1:" + party.getAddress().getPort());
    }

    private static KeycloakClient register(HttpServer party, String id) {
        return keycloak.register(id, address(party), "/callback", "/backchannel", "/signedout");
    }

    private HttpServer party() throws IOException {
        HttpServer party = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        party.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] body = "here".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        // Browsers open connections ahead of need, on which a single thread would wait.
        party.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        party.start();
        return party;
    }
}
