package io.gatehouse.provider.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalMechanism.EndedSessions;
import io.gatehouse.api.ProviderSession;
import io.gatehouse.testkit.provider.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OpenID Connect Back-Channel Logout 1.0: which logout tokens end sessions. */
@Timeout(30)
class BackChannelLogoutTest {
    private final TestClock clock = new TestClock();
    private ScriptedIdp idp;
    private AuthProvider provider;

    @BeforeEach
    void start() throws Exception {
        idp = new ScriptedIdp();
        idp.keys(Forge.KEY);
        provider = Fixtures.provider(Fixtures.config(Fixtures.table(idp.issuer())), clock);
    }

    @AfterEach
    void stop() {
        provider.close();
        idp.close();
    }

    private JWTClaimsSet.Builder logout() {
        return Forge.logout(idp.issuer(), clock);
    }

    private Optional<EndedSessions> send(String token) {
        return send(Map.of("logout_token", token));
    }

    private Optional<EndedSessions> send(Map<String, String> form) {
        return switch (Fixtures.mechanism(provider, PortalMechanism.class).backChannelLogout(Fixtures.request(form))) {
            case EndedSessions ended -> Optional.of(ended);
            case Outcome.Rejected _ -> Optional.empty();
        };
    }

    private Optional<EndedSessions> send(JWTClaimsSet.Builder claims) {
        return send(Forge.sign(claims.build(), Forge.KEY, header -> header.type(new JOSEObjectType("logout+jwt"))));
    }

    @Test
    void aRightLogoutTokenEndsItsSession() {
        assertThat(send(logout())).contains(new EndedSessions(Optional.of("8d1f-alice"), Optional.of("session-1")));
        assertThat(send(logout().jwtID("2").subject(null)))
                .contains(new EndedSessions(Optional.empty(), Optional.of("session-1")));
    }

    @Test
    void withoutSessionAllOfTheUserEnd() {
        EndedSessions ended = send(logout().claim("sid", null)).orElseThrow();
        assertThat(ended.cover(new ProviderSession("8d1f-alice", Optional.of("any"), Optional.empty())))
                .isTrue();
        assertThat(ended.cover(new ProviderSession("other", Optional.of("any"), Optional.empty())))
                .isFalse();
    }

    @Test
    void aLogoutTokenCountsOnce() {
        String token = Forge.sign(logout().build());
        assertThat(send(token)).isPresent();
        assertThat(send(token)).isEmpty();
        assertThat(send(logout().jwtID("another"))).isPresent();
    }

    @Test
    void aReplayIsKnownAsLongAsItsTokenLives() {
        String token =
                Forge.sign(logout().expirationTime(Date.from(clock.instant().plus(Duration.ofDays(1))))
                        .build());
        assertThat(send(token)).isPresent();
        for (int minutes = 0; minutes < 30; minutes++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(send(token)).isEmpty();
        }
    }

    static Stream<Arguments> hostileClaims() {
        Map<String, Object> event = Map.of("http://schemas.openid.net/event/backchannel-logout", "yes");
        return Stream.of(
                Arguments.of("nonce", "n"),
                Arguments.of("events", null),
                Arguments.of("events", Map.of("other", Map.of())),
                Arguments.of("events", event),
                Arguments.of("events", "http://schemas.openid.net/event/backchannel-logout"),
                Arguments.of("iss", "https://evil.test"),
                Arguments.of("aud", "other"),
                Arguments.of("jti", null),
                Arguments.of("jti", "j".repeat(513)),
                Arguments.of("exp", null),
                Arguments.of("exp", Date.from(Instant.EPOCH)),
                Arguments.of("iat", null),
                Arguments.of("iat", Date.from(Instant.EPOCH)));
    }

    @ParameterizedTest
    @MethodSource("hostileClaims")
    void hostileTokensEndNothing(String claim, @org.jspecify.annotations.Nullable Object value) {
        assertThat(send(logout().claim(claim, value))).isEmpty();
        assertThat(send(logout())).as("the same without it").isPresent();
    }

    @Test
    void neitherSubjectNorSessionIsNobody() {
        assertThat(send(logout().subject(null).claim("sid", null))).isEmpty();
        assertThat(send(logout().subject(" ").claim("sid", ""))).isEmpty();
    }

    @Test
    void otherTokensAndForeignOnesEndNothing() {
        assertThat(send("")).isEmpty();
        assertThat(send("x")).isEmpty();
        assertThat(send(new PlainJWT(logout().build()).serialize())).isEmpty();
        assertThat(send(Forge.sign(logout().build(), Forge.STRANGER, header -> header)))
                .isEmpty();
        assertThat(send(Forge.sign(logout().build(), Forge.KEY, header -> header.type(new JOSEObjectType("at+jwt")))))
                .isEmpty();
        assertThat(send(Forge.sign(
                        Forge.claims(idp.issuer(), clock).claim("nonce", "n").build())))
                .isEmpty();
        assertThat(send(Map.of())).isEmpty();
    }
}
