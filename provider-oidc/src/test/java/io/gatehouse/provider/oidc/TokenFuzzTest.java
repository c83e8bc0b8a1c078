package io.gatehouse.provider.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.SignedTokens;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.UnavailableException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** Whatever stands in a token, it is read or refused; nothing else is thrown. */
class TokenFuzzTest {
    private static final Skew CLOCKS = new Skew(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Duration.ofSeconds(30));

    private static final OidcConfig.Provider CONFIG = Fixtures.config(Fixtures.table(
                    "https://id.example.test",
                    "groups-claim = \"realm_access.roles\"",
                    "multi-factor-amr = [\"otp\"]",
                    "require = [{ claim = \"a.b\", values = [\"c\"] }]"))
            .provider()
            .getFirst();

    @FuzzTest
    void everyTokenIsReadOrRefused(byte[] bytes) {
        judge(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** The claims are reached without a signature over them. */
    @FuzzTest
    void allClaimsAreJudged(byte[] bytes) {
        judge("eyJhbGciOiJSUzI1NiJ9." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + ".AAAA");
    }

    private static void judge(String text) {
        try {
            SignedJWT token = SignedTokens.parse(text);
            Claims claims = Claims.of(token);
            assertThat(MAPPER.identity(claims, "oidc").user()).isNotBlank().doesNotContain("@", "\\");
        } catch (RejectedException rejected) {
            assertThat(rejected.rejection().reason()).isIn(Reason.MALFORMED, Reason.REFUSED);
            assertThat(rejected.rejection().detail())
                    .isNotBlank()
                    .hasSizeLessThan(16_000)
                    .matches(detail -> detail.chars().noneMatch(Character::isISOControl));
        }
        try {
            new SignedTokens("https://id.example.test", Set.of(JWSAlgorithm.RS256), CLOCKS)
                    .verify(SignedTokens.parse(text), Set.of("gatehouse"), Set.of("", "jwt"), NO_KEYS);
            throw new AssertionError("accepted without keys");
        } catch (RejectedException | UnavailableException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static final ClaimIdentities MAPPER;
    private static final SigningKeys NO_KEYS;

    static {
        try {
            MAPPER = ClaimIdentities.of(CONFIG, Domains.NONE);
            NO_KEYS = SigningKeys.ofSet(
                    URI.create("http://127.0.0.1:9/keys"),
                    new IssuerClient(Optional.empty(), Duration.ofMillis(200)),
                    CLOCKS.clock());
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }
}
