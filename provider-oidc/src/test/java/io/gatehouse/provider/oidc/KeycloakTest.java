package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.query;
import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static io.gatehouse.provider.oidc.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalMechanism.EndedSessions;
import io.gatehouse.api.PortalStep;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.identity.Keycloak;
import io.gatehouse.testkit.identity.KeycloakClient;
import io.gatehouse.testkit.identity.KeycloakUser;
import io.gatehouse.testkit.process.TestFolder;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Keycloak, whose login page is filled in without a browser. */
@Tag("keycloak")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KeycloakTest {
    private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

    private static final BlockingQueue<String> LOGOUTS = new LinkedBlockingQueue<>();

    private static TestFolder folder;
    private static Keycloak keycloak;
    private static HttpServer relyingParty;
    private static AuthProvider provider;
    private static PortalMechanism mechanism;
    private static URI callback;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        Keycloak.assume();
        folder = new TestFolder();
        relyingParty = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        relyingParty.createContext("/backchannel", exchange -> {
            try (exchange) {
                LOGOUTS.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        relyingParty.start();
        keycloak = Keycloak.start(
                folder, TestCertificates.authority(folder, "Test CA").certificate());
        URI here = URI.create("http://localhost:" + relyingParty.getAddress().getPort());
        callback = URI.create(here + "/callback");
        KeycloakClient client = keycloak.register("gatehouse", here, "/callback", "/backchannel", "/signedout");
        Files.setPosixFilePermissions(
                Files.writeString(directory.resolve("secret"), client.secret()),
                PosixFilePermissions.fromString("rw-------"));
        provider = Fixtures.provider(
                Fixtures.config(
                        Fixtures.table(
                                client.issuer().toString(),
                                "client-secret = { file = \"secret\" }",
                                "groups-claim = \"groups\""),
                        directory),
                Clock.systemUTC());
        mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
    }

    @AfterAll
    static void stop() {
        if (provider != null) {
            provider.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
        if (relyingParty != null) {
            relyingParty.stop(0);
        }
        if (folder != null) {
            folder.close();
        }
    }

    /** Sends cookies back that are marked Secure, as browsers do for localhost. */
    private static final class Jar extends CookieHandler {
        private final Map<String, String> cookies = new ConcurrentHashMap<>();

        @Override
        public Map<String, List<String>> get(URI uri, Map<String, List<String>> headers) {
            List<String> pairs = cookies.entrySet().stream()
                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                    .toList();
            return pairs.isEmpty() ? Map.of() : Map.of("Cookie", List.of(String.join("; ", pairs)));
        }

        @Override
        public void put(URI uri, Map<String, List<String>> headers) {
            for (String line : headers.getOrDefault("set-cookie", List.of())) {
                String[] pair = line.split(";", 2)[0].split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
        }
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder().cookieHandler(new Jar()).build();
    }

    private static PortalStep signIn(HttpClient browser, KeycloakUser user) throws Exception {
        PortalStep.Detour detour = (PortalStep.Detour) mechanism.begin(request(Map.of()), callback);
        return mechanism.resume(request(visit(browser, detour, user)), detour.state(), callback);
    }

    /** The browser's part: the login page, and what comes back to the callback. */
    private static Map<String, String> visit(HttpClient browser, PortalStep.Detour detour, KeycloakUser user)
            throws Exception {
        HttpResponse<String> page =
                browser.send(HttpRequest.newBuilder(detour.to()).build(), BodyHandlers.ofString());
        Matcher form = FORM.matcher(page.body());
        assertThat(form.find()).as(page.body()).isTrue();
        String fields = "username=" + encode(user.name()) + "&password=" + encode(user.password());
        HttpResponse<String> answer = browser.send(
                HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(fields))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        URI back = URI.create(answer.headers().firstValue("Location").orElseThrow());
        assertThat(back.toString()).startsWith(callback + "?");
        return query(back);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void aUserSignsIn() throws Exception {
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) signIn(browser(), KeycloakUser.ALICE);

        assertThat(signedIn.identity().withClaims(Map.of()))
                .isEqualTo(Identity.local("oidc", "oidc", "alice", Set.of("staff"), Set.of()));
        assertThat(signedIn.identity().claims()).containsEntry("acr", Set.of("1"));
        assertThat(signedIn.session().session()).isPresent();
    }

    /** Keycloak leaves the claim out for somebody in no group, as it does when nobody told it to send groups. */
    @Test
    void aUserInNoGroupHasNoSuchClaimAndIsRefused() throws Exception {
        assertThat(rejected(signIn(browser(), KeycloakUser.CAROL)).detail())
                .startsWith("the token has no claim \"groups\"; it has: ");
    }

    @Test
    void aCodeIsGoodOnceAndForItsOwnSignInOnly() throws Exception {
        PortalStep.Detour mine = (PortalStep.Detour) mechanism.begin(request(Map.of()), callback);
        PortalStep.Detour other = (PortalStep.Detour) mechanism.begin(request(Map.of()), callback);
        Map<String, String> brought = new HashMap<>(visit(browser(), other, KeycloakUser.ALICE));
        String state = brought.get("state");

        brought.put("state", query(mine.to()).getOrDefault("state", ""));
        assertThat(rejected(mechanism.resume(request(brought), mine.state(), callback)))
                .isEqualTo(new Outcome.Rejected(
                        Reason.REFUSED,
                        "the token endpoint answered 400: invalid_grant: PKCE verification failed: Code mismatch"));
        brought.put("state", String.valueOf(state));
        assertThat(rejected(mechanism.resume(request(brought), other.state(), callback))
                        .detail())
                .startsWith("the token endpoint answered 400: invalid_grant");
    }

    @Test
    void theAnswerNamesItsIssuer() throws Exception {
        PortalStep.Detour detour = (PortalStep.Detour) mechanism.begin(request(Map.of()), callback);
        Map<String, String> brought = new HashMap<>(visit(browser(), detour, KeycloakUser.ALICE));
        assertThat(brought).containsEntry("iss", keycloak.issuer().toString());

        brought.remove("iss");
        assertThat(rejected(mechanism.resume(request(brought), detour.state(), callback))
                        .detail())
                .startsWith("the answer's iss is \"\"");
    }

    @Test
    void whatKeycloakPostsEndsTheSessionOfThatBrowserOnly() throws Exception {
        PortalStep.SignedIn one = (PortalStep.SignedIn) signIn(browser(), KeycloakUser.ALICE);
        PortalStep.SignedIn two = (PortalStep.SignedIn) signIn(browser(), KeycloakUser.ALICE);
        LOGOUTS.clear();
        try (HttpClient browser = browser()) {
            URI out = mechanism
                    .signOut(two.session(), callback.resolve("/signedout"))
                    .orElseThrow();
            HttpResponse<String> answer =
                    browser.send(HttpRequest.newBuilder(out).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 302);
        }
        String posted = LOGOUTS.poll(30, TimeUnit.SECONDS);
        assertThat(posted).startsWith("logout_token=");
        Map<String, String> form = query(URI.create("http://form/?" + posted));
        EndedSessions ended = (EndedSessions) mechanism.backChannelLogout(request(form));

        assertThat(ended.cover(two.session())).isTrue();
        assertThat(ended.cover(one.session())).isFalse();
        assertThat(mechanism.backChannelLogout(request(form)))
                .as("a second time")
                .isInstanceOf(Outcome.Rejected.class);
    }
}
