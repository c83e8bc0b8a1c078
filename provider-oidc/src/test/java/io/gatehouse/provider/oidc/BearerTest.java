package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Access tokens at the gateway. */
@Timeout(30)
class BearerTest {
    private static final String[] BEARER = {
        "groups-claim = \"realm_access.roles\"",
        "[auth.oidc.provider.bearer]",
        "audience = [\"gateway\"]",
        "clients = [\"freerdp\"]",
        "scopes = [\"rdp\"]"
    };

    private final TestClock clock = new TestClock();
    private ScriptedIdp idp;
    private AuthProvider provider;

    @BeforeEach
    void start() throws Exception {
        idp = new ScriptedIdp();
        idp.keys(Forge.KEY);
        provider = Fixtures.provider(Fixtures.config(Fixtures.table(idp.issuer(), BEARER)), clock);
    }

    @AfterEach
    void stop() {
        provider.close();
        idp.close();
    }

    private JWTClaimsSet.Builder access() {
        return Forge.access(idp.issuer(), clock);
    }

    private Step send(String token) {
        TokenMechanism mechanism = Fixtures.mechanism(provider, TokenMechanism.class);
        Peer peer = new Peer(InetAddress.getLoopbackAddress(), true, false, List.of());
        try (Conversation conversation = mechanism.open(peer, Venue.HTTP_AUTHORIZATION)) {
            return conversation.next(Token.of(token.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void aRightAccessTokenSignsIn() {
        Outcome.Accepted accepted = (Outcome.Accepted) send(Forge.sign(access().build()));
        assertThat(accepted.identity().withClaims(Map.of()))
                .isEqualTo(Identity.local("oidc", "bearer", "alice", Set.of("staff", "lab"), Set.of()));
        assertThat(accepted.identity().claims()).containsEntry("scope", Set.of("openid rdp"));
        assertThat(send(Forge.sign(
                        access().build(), Forge.KEY, header -> header.type(new JOSEObjectType("application/at+jwt")))))
                .isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void withoutItsTableThereIsNoBearer() throws Exception {
        try (AuthProvider other = Fixtures.provider(Fixtures.config(Fixtures.table(idp.issuer())), clock)) {
            assertThat(other.mechanisms()).singleElement().isInstanceOf(PortalMechanism.class);
        }
    }

    @Test
    void theTypeIsCheckedWhereItIsRequired() throws Exception {
        provider.close();
        provider = Fixtures.provider(
                Fixtures.config(Fixtures.table(
                        idp.issuer(), "[auth.oidc.provider.bearer]", "audience = [\"gateway\"]", "require-typ = true")),
                clock);
        assertThat(rejected(send(Forge.sign(access().build()))).detail()).isEqualTo("typ \"jwt\" (expected at+jwt)");
        assertThat(send(Forge.sign(access().build(), Forge.KEY, header -> header.type(new JOSEObjectType("at+JWT")))))
                .isInstanceOf(Outcome.Accepted.class);
    }

    static Stream<Arguments> hostileClaims() {
        return Stream.of(
                Arguments.of("aud", "gatehouse", Reason.NOT_FOR_US, "aud \"gatehouse\" (expected \"gateway\")"),
                Arguments.of("iss", "https://evil.test", Reason.NOT_FOR_US, "iss \"https://evil.test\""),
                Arguments.of("client_id", "other", Reason.REFUSED, "client \"other\""),
                Arguments.of("client_id", null, Reason.REFUSED, "client \"\""),
                Arguments.of("scope", "rdpx openid", Reason.REFUSED, "scope \"rdp\""),
                Arguments.of("scope", null, Reason.REFUSED, "scope \"rdp\""),
                Arguments.of("nonce", "n", Reason.REFUSED, "no access token"),
                Arguments.of("at_hash", "n", Reason.REFUSED, "no access token"),
                Arguments.of("typ", "ID", Reason.REFUSED, "no access token"),
                Arguments.of("typ", "Refresh", Reason.REFUSED, "no access token"),
                Arguments.of("events", Map.of(), Reason.REFUSED, "no access token"),
                Arguments.of("cnf", Map.of("jkt", "x"), Reason.REFUSED, "bound to a key"),
                Arguments.of("sub", null, Reason.MALFORMED, "no sub"),
                Arguments.of("preferred_username", null, Reason.REFUSED, "no claim \"preferred_username\""));
    }

    @ParameterizedTest
    @MethodSource("hostileClaims")
    void hostileTokensAreRefused(
            String claim, @org.jspecify.annotations.Nullable Object value, Reason reason, String detail) {
        Outcome.Rejected rejected =
                rejected(send(Forge.sign(access().claim(claim, value).build())));
        assertThat(rejected.reason()).as(rejected.detail()).isEqualTo(reason);
        assertThat(rejected.detail()).contains(detail);
    }

    @Test
    void anIdTokenIsNoAccessToken() {
        String idToken =
                Forge.sign(Forge.claims(idp.issuer(), clock).claim("nonce", "n").build());
        assertThat(rejected(send(idToken)).reason()).isEqualTo(Reason.NOT_FOR_US);
    }

    @Test
    void anExpiredTokenIsExpired() {
        assertThat(rejected(send(Forge.sign(access().expirationTime(
                                        Date.from(clock.instant().minus(Duration.ofHours(1))))
                                .build())))
                        .reason())
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    void onlyTheKeysOfItsOwnIssuerProveAToken() throws Exception {
        try (ScriptedIdp second = new ScriptedIdp()) {
            second.keys(Forge.SECOND);
            provider.close();
            provider = Fixtures.provider(
                    Fixtures.config(Fixtures.table(idp.issuer(), BEARER)
                            + Fixtures.table(second.issuer(), BEARER).replace("id = \"idp\"", "id = \"two\"")),
                    clock);

            assertThat(send(Forge.sign(access().build()))).isInstanceOf(Outcome.Accepted.class);
            assertThat(send(Forge.sign(Forge.access(second.issuer(), clock).build(), Forge.SECOND, header -> header)))
                    .isInstanceOf(Outcome.Accepted.class);
            assertThat(rejected(send(Forge.sign(access().build(), Forge.SECOND, header -> header)))
                            .reason())
                    .isEqualTo(Reason.NOT_FOR_US);
        }
    }

    @Test
    void aTokenOfNobodyKnownMakesNobodyAskAnything() {
        int before = idp.asked("/keys");
        send(Forge.sign(access().issuer("https://evil.test").build()));
        send("eyJhbGciOiJub25lIn0.e30.");
        assertThat(idp.asked("/keys")).isEqualTo(before);
    }
}
