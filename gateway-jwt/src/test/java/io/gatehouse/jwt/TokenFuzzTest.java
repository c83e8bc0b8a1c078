package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.formats.time.Skew;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Whatever stands in a token or a key set, it is read or refused in printable words; nothing else is thrown. */
class TokenFuzzTest {
    private static final Skew CLOCKS = new Skew(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Duration.ofSeconds(30));
    private static final SignedTokens TOKENS =
            new SignedTokens("https://id.example.test", Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256), CLOCKS);
    private static final SigningKeys NO_KEYS = noKeys();

    private static SigningKeys noKeys() {
        try (KeyServer server = new KeyServer(new JWKSet().toString())) {
            SigningKeys keys = server.keys(CLOCKS.clock());
            keys.select(new com.nimbusds.jose.JWSHeader(JWSAlgorithm.RS256));
            return keys;
        } catch (IOException | io.gatehouse.api.ProviderException | UnavailableException e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void everyTokenIsRefused(byte[] bytes) {
        refused(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** Header and payload are reached without their encoding. */
    @FuzzTest
    void everyHeaderAndPayloadIsRefused(byte[] bytes) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int middle = Math.max(0, text.indexOf('\n'));
        refused(encoder.encodeToString(text.substring(0, middle).getBytes(StandardCharsets.ISO_8859_1)) + "."
                + encoder.encodeToString(text.substring(middle).getBytes(StandardCharsets.ISO_8859_1)) + ".AAAA");
        refused("eyJhbGciOiJSUzI1NiJ9." + encoder.encodeToString(bytes) + ".AAAA");
    }

    @FuzzTest
    void everyKeySetIsReadOrRefused(byte[] bytes) {
        List<String> skipped = new ArrayList<>();
        try {
            PublishedKeys.read(new String(bytes, StandardCharsets.UTF_8), skipped);
        } catch (JWKSetParseException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
        assertThat(skipped).allSatisfy(text -> assertThat(text.codePoints()).allMatch(PrintableText::isPrintable));
    }

    private static void refused(String text) {
        try {
            TOKENS.verify(SignedTokens.parse(text), Set.of("gatehouse"), Set.of("", "jwt"), NO_KEYS);
            throw new AssertionError("believed without keys");
        } catch (RejectedException refused) {
            assertThat(refused.rejection().reason())
                    .isIn(Reason.MALFORMED, Reason.REFUSED, Reason.NOT_FOR_US, Reason.EXPIRED);
            assertThat(refused.rejection().detail()).isNotBlank().hasSizeLessThan(4096);
            assertThat(refused.rejection().detail().codePoints()).allMatch(PrintableText::isPrintable);
        } catch (UnavailableException closed) {
            assertThat(closed.getMessage()).isNotBlank();
        }
    }
}
