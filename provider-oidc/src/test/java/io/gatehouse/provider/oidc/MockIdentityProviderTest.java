package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.CALLBACK;
import static io.gatehouse.provider.oidc.Fixtures.query;
import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static io.gatehouse.provider.oidc.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole code flow with an identity provider of somebody else's making, which checks the client's half. */
@Timeout(60)
class MockIdentityProviderTest {
    private static final String ISSUER = "idp";

    private MockOAuth2Server idp;
    private AuthProvider provider;

    @BeforeEach
    void start() throws Exception {
        idp = new MockOAuth2Server();
        idp.start(InetAddress.getLoopbackAddress(), 0);
        provider = open(ISSUER);
    }

    private AuthProvider open(String issuer) throws Exception {
        return Fixtures.provider(
                Fixtures.config(Fixtures.table(
                        idp.issuerUrl(issuer).toString(),
                        "groups-claim = \"groups\"",
                        "bearer = { audience = [\"gateway\"] }")),
                Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        provider.close();
        idp.shutdown();
    }

    /** What the identity provider will put into its next token. */
    private void next(Map<String, Object> claims, long seconds) {
        idp.enqueueCallback(
                new DefaultOAuth2TokenCallback(ISSUER, "8d1f-alice", "JWT", List.of("gatehouse"), claims, seconds));
    }

    private PortalStep signIn() throws Exception {
        PortalMechanism mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        return mechanism.resume(request(visit(detour.to())), detour.state(), CALLBACK);
    }

    /** The browser's part: what it brings back to the callback. */
    private static Map<String, String> visit(URI to) throws Exception {
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    browser.send(HttpRequest.newBuilder(to).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(302);
            URI back = URI.create(answer.headers().firstValue("Location").orElseThrow());
            assertThat(back.toString()).startsWith(CALLBACK + "?");
            return query(back);
        }
    }

    private static Map<String, Object> claims(Map<String, Object> further) {
        Map<String, Object> claims = new HashMap<>(Map.of("preferred_username", "alice", "groups", List.of("staff")));
        claims.putAll(further);
        return claims;
    }

    @Test
    void aUserSignsInAndOut() throws Exception {
        next(claims(Map.of("azp", "gatehouse")), 300);
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) signIn();

        assertThat(signedIn.identity().user()).isEqualTo("alice");
        assertThat(signedIn.identity().groups()).containsExactly("staff");
        assertThat(signedIn.session().subject()).isEqualTo("8d1f-alice");

        URI out = Fixtures.mechanism(provider, PortalMechanism.class)
                .signOut(signedIn.session(), URI.create("https://gw.example.test/signedout"))
                .orElseThrow();
        try (HttpClient browser = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    browser.send(HttpRequest.newBuilder(out).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.headers().firstValue("Location").orElseThrow())
                    .startsWith("https://gw.example.test/signedout");
        }
    }

    @Test
    void whatIsWrongWithItsTokensIsSeen() throws Exception {
        next(claims(Map.of("aud", "other")), 300);
        assertThat(rejected(signIn()).reason()).isEqualTo(Reason.NOT_FOR_US);
        next(claims(Map.of("nonce", "another")), 300);
        assertThat(rejected(signIn()).detail()).contains("nonce");
        next(claims(Map.of()), -60);
        assertThat(rejected(signIn()).reason()).isEqualTo(Reason.EXPIRED);
        next(Map.of("groups", List.of("staff")), 300);
        assertThat(rejected(signIn()).detail()).startsWith("the token has no claim \"preferred_username\"; it has: ");
        next(Map.of("preferred_username", "alice"), 300);
        assertThat(rejected(signIn()).detail()).startsWith("the token has no claim \"groups\"; it has: ");
        next(claims(Map.of("iss", "https://evil.test")), 300);
        assertThat(rejected(signIn()).detail()).contains("iss \"https://evil.test\"");
    }

    @Test
    void aCodeOfAnotherSignInIsRefusedThere() throws Exception {
        PortalMechanism mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
        PortalStep.Detour mine = Fixtures.begin(mechanism);
        PortalStep.Detour other = Fixtures.begin(mechanism);
        Map<String, String> stolen = new HashMap<>(visit(other.to()));
        stolen.put("state", query(mine.to()).getOrDefault("state", ""));

        // PKCE: the code belongs to the other sign-in's verifier.
        assertThat(rejected(mechanism.resume(request(stolen), mine.state(), CALLBACK))
                        .detail())
                .contains("the token endpoint answered 400: invalid_grant");
    }

    @Test
    void twoIssuersOfOneMachineAreTwoIdentityProviders() throws Exception {
        String right = token(ISSUER);
        String foreign = token("second");
        assertThat(judge(right)).isInstanceOf(Outcome.Accepted.class);
        assertThat(rejected(judge(foreign)).reason()).isEqualTo(Reason.NOT_FOR_US);
        provider.close();
        provider = open("second");
        assertThat(judge(foreign)).isInstanceOf(Outcome.Accepted.class);
        assertThat(rejected(judge(right)).reason()).isEqualTo(Reason.NOT_FOR_US);
    }

    private String token(String issuer) {
        return idp.issueToken(issuer, "8d1f-alice", "gateway", claims(Map.of())).serialize();
    }

    private Object judge(String token) {
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
        try (Conversation conversation =
                Fixtures.mechanism(provider, TokenMechanism.class).open(peer, Venue.HTTP_AUTHORIZATION)) {
            return conversation.next(Token.of(token.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
