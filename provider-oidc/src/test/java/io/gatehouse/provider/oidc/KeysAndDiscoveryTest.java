package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is asked of an identity provider, how often, and what happens when it does not answer, or too much. */
@Timeout(60)
class KeysAndDiscoveryTest {
    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String KEYS = "/keys";

    private final TestClock clock = new TestClock();
    private ScriptedIdp idp;
    private @Nullable AuthProvider provider;

    @BeforeEach
    void start() throws Exception {
        idp = new ScriptedIdp();
        idp.keys(Forge.KEY);
    }

    private void open(String... lines) throws Exception {
        String bearer = "\n[auth.oidc.provider.bearer]\naudience = [\"gateway\"]";
        provider = Fixtures.provider(
                Fixtures.config(Fixtures.table(idp.issuer(), String.join("\n", lines) + bearer)), clock);
    }

    @AfterEach
    void stop() {
        if (provider != null) {
            provider.close();
        }
        idp.close();
    }

    private Step send(RSAKey key) {
        String token =
                Forge.sign(Forge.access(idp.issuer(), clock).build(), key, header -> header.keyID(key.getKeyID()));
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
        try (Conversation conversation = Fixtures.mechanism(Objects.requireNonNull(provider), TokenMechanism.class)
                .open(peer, Venue.HTTP_AUTHORIZATION)) {
            return conversation.next(Token.of(token.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private PortalStep begin() {
        return Fixtures.mechanism(Objects.requireNonNull(provider), PortalMechanism.class)
                .begin(Fixtures.request(Map.of()), Fixtures.CALLBACK);
    }

    private static RSAKey named(String id) throws Exception {
        return new RSAKey.Builder(Forge.SECOND).keyID(id).build();
    }

    @Test
    void keysAreFetchedOnceForManyTokens() throws Exception {
        open();
        for (int count = 0; count < 50; count++) {
            assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
        }
        assertThat(idp.asked(KEYS)).isEqualTo(1);
        assertThat(idp.asked(DISCOVERY)).isEqualTo(1);
    }

    @Test
    void aNewKeyIsTakenAtOnceAndAWithdrawnOneNotForLong() throws Exception {
        open();
        send(Forge.KEY);
        idp.keys(Forge.SECOND);

        assertThat(send(Forge.SECOND)).isInstanceOf(Outcome.Accepted.class);
        assertThat(idp.asked(KEYS)).isEqualTo(2);
        assertThat(rejected(send(Forge.KEY)).reason()).isEqualTo(Reason.NOT_FOR_US);
    }

    @Test
    void aWithdrawnKeyIsForgottenWhenTheKeysAreOld() throws Exception {
        open();
        send(Forge.KEY);
        idp.keys(Forge.SECOND);
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);

        clock.advance(SigningKeys.FRESH.plusSeconds(1));
        assertThat(rejected(send(Forge.KEY)).reason()).isEqualTo(Reason.NOT_FOR_US);
    }

    @Test
    void strangersCannotMakeUsAskForKeysAgainAndAgain() throws Exception {
        open();
        send(Forge.KEY);
        for (int count = 0; count < 200; count++) {
            assertThat(rejected(send(named("key-" + count))).reason()).isEqualTo(Reason.NOT_FOR_US);
        }
        assertThat(idp.asked(KEYS)).isLessThanOrEqualTo(2);
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);

        // And the one key that was really added is found when the pause is over.
        idp.keys(Forge.SECOND);
        clock.advance(SigningKeys.PAUSE.plusSeconds(1));
        assertThat(send(Forge.SECOND)).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void anOutageOfHoursIsBridgedWithTheLastGoodKeysAndOneOfDaysIsNot() throws Exception {
        open("timeout = \"1s\"");
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
        idp.stop();
        clock.advance(SigningKeys.FRESH.multipliedBy(2));
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
        assertThat(rejected(send(named("other"))).reason()).isIn(Reason.UNAVAILABLE, Reason.NOT_FOR_US);
        clock.advance(Duration.ofHours(3));
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);

        clock.advance(SigningKeys.OUTAGE);
        assertThat(rejected(send(Forge.KEY)).reason()).isEqualTo(Reason.UNAVAILABLE);
        idp.restart();
        clock.advance(Duration.ofMinutes(1));
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void aKeySetThatCannotBeReadIsAnOutageToo() throws Exception {
        open();
        send(Forge.KEY);
        for (String nonsense : List.of("<html>", "{}", "{\"keys\":7}", "[".repeat(100_000), " ".repeat(600_000))) {
            idp.script(KEYS, exchange -> ScriptedIdp.send(exchange, 200, "application/json", nonsense));
            clock.advance(SigningKeys.FRESH.multipliedBy(2));
            assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
        }
        assertThat(idp.asked(KEYS)).isGreaterThanOrEqualTo(6);
    }

    @Test
    void aGatewayStartsWithoutItsIdentityProviderAndAsksAgain() throws Exception {
        idp.stop();
        open("timeout = \"1s\"");
        Outcome.Rejected rejected = rejected(begin());
        assertThat(rejected.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(rejected.detail()).contains("the identity provider: " + idp.issuer() + DISCOVERY);

        idp.restart();
        assertThat(rejected(begin()).reason()).as("within the pause").isEqualTo(Reason.UNAVAILABLE);
        assertThat(idp.asked(DISCOVERY)).isZero();
        clock.advance(Discovery.PAUSE);
        assertThat(begin()).isInstanceOf(PortalStep.Detour.class);
    }

    @Test
    void whatWasDiscoveredIsLookedAtAgainAndKeptInAnOutage() throws Exception {
        open();
        begin();
        idp.discovery.put("authorization_endpoint", idp.issuer() + "/moved");
        assertThat(((PortalStep.Detour) begin()).to().getPath()).isEqualTo("/authorize");
        clock.advance(Discovery.FRESH);
        assertThat(((PortalStep.Detour) begin()).to().getPath()).isEqualTo("/moved");

        idp.script(DISCOVERY, exchange -> ScriptedIdp.send(exchange, 503, "text/plain", "later"));
        clock.advance(Discovery.FRESH);
        assertThat(((PortalStep.Detour) begin()).to().getPath()).isEqualTo("/moved");
    }

    private String refusalOf(ScriptedIdp.Script script) throws Exception {
        return refusalOf("20s", script);
    }

    private String refusalOf(String timeout, ScriptedIdp.Script script) throws Exception {
        idp.script(DISCOVERY, script);
        if (provider != null) {
            provider.close();
        }
        open("timeout = \"" + timeout + "\"");
        Outcome.Rejected rejected = rejected(begin());
        assertThat(rejected.reason()).isEqualTo(Reason.UNAVAILABLE);
        return rejected.detail();
    }

    private ScriptedIdp.Script with(String key, Object value) {
        Map<String, Object> changed = new HashMap<>(idp.discovery);
        changed.put(key, value);
        return exchange -> ScriptedIdp.json(exchange, 200, changed);
    }

    @Test
    void aDocumentThatCannotBeTrustedIsNot() throws Exception {
        assertThat(refusalOf(with("issuer", "https://evil.test")))
                .contains("discovery: issuer \"https://evil.test\" (expected \"" + idp.issuer() + "\")");
        assertThat(refusalOf(with("jwks_uri", "http://keys.evil.test/")))
                .contains("discovery: jwks_uri")
                .contains("expected https");
        assertThat(refusalOf(with("token_endpoint", "file:///etc/passwd"))).contains("discovery: token_endpoint");
        assertThat(refusalOf(with("authorization_endpoint", "javascript:alert(1)")))
                .contains("discovery: ");
        assertThat(refusalOf(with("end_session_endpoint", "https://u:p@evil.test/")))
                .contains("discovery: ");
        assertThat(refusalOf(with("jwks_uri", 7))).contains("discovery: ");
        assertThat(refusalOf(exchange -> ScriptedIdp.send(exchange, 200, "application/json", "{")))
                .contains("discovery: ");
        assertThat(refusalOf(exchange -> ScriptedIdp.send(exchange, 200, "application/json", "[".repeat(100_000))))
                .contains("discovery: ");
        assertThat(refusalOf(exchange -> ScriptedIdp.send(exchange, 404, "text/plain", "no")))
                .contains("answered 404 (expected 200)");
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        String detail = refusalOf(exchange -> {
            exchange.getResponseHeaders().set("Location", idp.issuer() + "/elsewhere");
            ScriptedIdp.send(exchange, 302, "text/plain", "");
        });
        assertThat(detail).contains("answered 302 (expected 200; redirects are not followed)");
        assertThat(idp.asked("/elsewhere")).isZero();
    }

    @Test
    void aHugeAnswerIsCutOff() throws Exception {
        assertThat(refusalOf(exchange -> ScriptedIdp.send(exchange, 200, "application/json", " ".repeat(600_000))))
                .contains(DISCOVERY);
    }

    @Test
    void aSlowAnswerIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try {
            assertThat(refusalOf("500ms", exchange -> {
                        exchange.sendResponseHeaders(200, 10);
                        exchange.getResponseBody().write('{');
                        exchange.getResponseBody().flush();
                        await(over);
                    }))
                    .contains("did not answer within 500 ms");
        } finally {
            over.countDown();
        }
    }

    @Test
    void aSlowKeySetHoldsUpNoTokenWhoseKeyIsKnown() throws Exception {
        open("timeout = \"2s\"");
        send(Forge.KEY);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        idp.script(KEYS, exchange -> {
            begun.countDown();
            await(over);
            ScriptedIdp.send(exchange, 500, "text/plain", "");
        });
        Thread stranger = Thread.ofVirtual().start(() -> {
            try {
                send(named("other"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(send(Forge.KEY)).isInstanceOf(Outcome.Accepted.class);
        assertThat(over.getCount()).as("the key set is still not there").isEqualTo(1);
        over.countDown();
        stranger.join();
    }

    @Test
    void aKeyThatIsTooSmallProvesNothing() throws Exception {
        RSAKey small = new RSAKeyGenerator(1024, true).keyID("small").generate();
        idp.keys(small);
        open();
        String token = small(small);
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
        try (Conversation conversation = Fixtures.mechanism(Objects.requireNonNull(provider), TokenMechanism.class)
                .open(peer, Venue.HTTP_AUTHORIZATION)) {
            assertThat(rejected(conversation.next(Token.of(token.getBytes(StandardCharsets.US_ASCII))))
                            .reason())
                    .isEqualTo(Reason.BAD_CREDENTIALS);
        }
    }

    private String small(RSAKey key) throws Exception {
        return Forge.sign(
                Forge.access(idp.issuer(), clock).build(),
                Forge.header(com.nimbusds.jose.JWSAlgorithm.RS256, key.getKeyID()),
                new com.nimbusds.jose.crypto.RSASSASigner(key, Set.of(AllowWeakRSAKey.getInstance())));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
