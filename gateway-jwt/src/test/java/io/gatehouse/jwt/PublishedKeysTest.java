package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import io.gatehouse.testkit.provider.TestClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7517 section 5: keys that are not understood are ignored, and the others go on. */
class PublishedKeysTest {
    private static RSAKey good;

    @BeforeAll
    static void make() throws Exception {
        good = new RSAKeyGenerator(2048).keyID("k1").generate();
    }

    private static String setWith(String odd) {
        return "{\"keys\":[" + odd + "," + good.toPublicJWK().toJSONString() + "]}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // A legal key on a curve that the library does not know (RFC 5639), and one on no curve at all.
                "{\"kty\":\"EC\",\"crv\":\"BP-256\",\"x\":\"YAlyc0UriVHNcipGmDDYQwikKgT7SR8Qi2MfZqa51YU\",\"y\":\"oH8QGZSbkF7YiV9l3fd392FcCo5qshLGyHW6zKVv-MI\",\"kid\":\"odd\"}",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"kid\":\"odd\"}",
                "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AAAA\",\"y\":\"AAAA\",\"kid\":\"odd\"}",
                "{\"kid\":\"odd\"}",
                "{\"kty\":\"AKP\",\"alg\":\"ML-DSA-65\",\"pub\":\"AAAA\",\"kid\":\"odd\"}",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"kid\":\"odd\"}",
                "{\"kty\":\"RSA\",\"n\":5,\"e\":\"AQAB\",\"kid\":\"odd\"}",
            })
    void aKeyThatIsNotUnderstoodIsSkippedAndNamed(String odd) throws Exception {
        List<String> skipped = new ArrayList<>();
        assertThat(PublishedKeys.read(setWith(odd), skipped).getKeys())
                .extracting(JWK::getKeyID)
                .containsExactly("k1");
        assertThat(skipped)
                .singleElement()
                .asString()
                .startsWith("key \"odd\": ")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "\"key\"", "7", "{}"})
    void whatIsNoKeyAtAllIsSkipped(String odd) throws Exception {
        List<String> skipped = new ArrayList<>();
        assertThat(PublishedKeys.read(setWith(odd), skipped).getKeys())
                .extracting(JWK::getKeyID)
                .containsExactly("k1");
        assertThat(skipped).singleElement().asString().startsWith("a key without kid: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[{\"kid\":\"odd\"}]}", "<html>"})
    void withoutAnyKeyThatIsUnderstoodItIsNoSet(String document) {
        assertThatExceptionOfType(JWKSetParseException.class)
                .isThrownBy(() -> PublishedKeys.read(document, new ArrayList<>()));
    }

    @Test
    void anEmptySetSaysThatThereAreNoKeys() throws Exception {
        assertThat(PublishedKeys.read("{\"keys\":[]}", new ArrayList<>()).getKeys())
                .isEmpty();
    }

    @Test
    void moreKeysThanAnybodyPublishesAreNotParsed() {
        String many = "{\"keys\":[" + "{},".repeat(200) + "{}]}";
        assertThatExceptionOfType(JWKSetParseException.class)
                .isThrownBy(() -> PublishedKeys.read(many, new ArrayList<>()))
                .withMessageContaining("201 keys (expected at most 200)");
    }

    /** The same document through HTTP, the caches and the selection. */
    @Test
    void theGoodKeyBesideABadOneVerifies() throws Exception {
        TestClock clock = new TestClock();
        try (KeyServer server = new KeyServer(setWith("{\"kid\":\"odd\"}"))) {
            SigningKeys keys = server.keys(clock);
            JWSHeader header =
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build();
            assertThat(keys.select(header)).extracting(JWK::getKeyID).containsExactly("k1");

            // A set without a usable key is like no answer: the last good one goes on.
            server.document = "{\"keys\":[{\"kid\":\"odd\"}]}";
            clock.advance(SigningKeys.FRESH.plusSeconds(1));
            assertThat(keys.select(header)).extracting(JWK::getKeyID).containsExactly("k1");

            // An empty one withdraws it.
            server.document = new JWKSet().toString();
            clock.advance(SigningKeys.FRESH.plusSeconds(1));
            assertThat(keys.select(header)).isEmpty();
        }
    }
}
