package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.core.text.Parsed;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaaTokensTest {
    private static final String GATEWAY = "gw.example.com";
    private static final Clock CLOCK = Clock.fixed(Samples.NOW, ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PaaKeys keys = PaaKeys.generate(PaaKeys.Algorithm.HS256, RANDOM);
    private final PaaTokens tokens = new PaaTokens(() -> keys, GATEWAY, CLOCK);

    @ParameterizedTest
    @EnumSource
    void whatIsMintedIsReadAgain(PaaKeys.Algorithm algorithm) {
        PaaKeys some = PaaKeys.generate(algorithm, RANDOM);
        PaaTokens minting = new PaaTokens(() -> some, GATEWAY, CLOCK);
        String text = minting.mint(Samples.token());
        assertThat(minting.verify(text)).isEqualTo(Parsed.valid(Samples.token()));
        assertThat(text).hasSizeLessThan(1000);
    }

    @Test
    void expiredTokenIsStillReadSinceItsSessionMayComeBack() {
        String text = tokens.mint(Samples.token());
        PaaTokens later = new PaaTokens(() -> keys, GATEWAY, Clock.offset(CLOCK, Duration.ofHours(3)));
        assertThat(later.verify(text)).isInstanceOf(Parsed.Valid.class);
    }

    @Test
    void tokenOfTheLastKeyIsGoodUntilThatKeyIsDropped() {
        String text = tokens.mint(Samples.token());
        PaaKeys rotated = keys.rotate(PaaKeys.Algorithm.ES256, 1, RANDOM);
        assertThat(rotated.ids()).hasSize(2).last().isEqualTo(keys.ids().getFirst());
        assertThat(new PaaTokens(() -> rotated, GATEWAY, CLOCK).verify(text)).isInstanceOf(Parsed.Valid.class);
        PaaKeys without = rotated.rotate(PaaKeys.Algorithm.HS256, 1, RANDOM);
        assertThat(new PaaTokens(() -> without, GATEWAY, CLOCK).verify(text))
                .isEqualTo(Parsed.faulty("signed with an unknown key"));
    }

    @Test
    void keysAreWrittenAndReadAgain() {
        PaaKeys both = keys.rotate(PaaKeys.Algorithm.ES256, 1, RANDOM);
        String text = new PaaTokens(() -> both, GATEWAY, CLOCK).mint(Samples.token());
        PaaKeys read = switch (PaaKeys.parse(both.json())) {
            case Parsed.Valid<PaaKeys>(PaaKeys valid) -> valid;
            case Parsed.Faulty<PaaKeys>(String problem) -> throw new AssertionError(problem);
        };
        assertThat(read.ids()).isEqualTo(both.ids());
        assertThat(new PaaTokens(() -> read, GATEWAY, CLOCK).verify(text)).isInstanceOf(Parsed.Valid.class);
        assertThat(read.toString()).isEqualTo("PaaKeys" + both.ids());
    }

    @TestFactory
    Stream<DynamicTest> brokenKeysAreExplained() throws JOSEException {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("not json", "not a JWK set");
        cases.put("{\"keys\":[]}", "0 keys (expected 1 to 16)");
        cases.put("{\"keys\":[{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"AAAA\"}]}", "key 1: no kid");
        cases.put(
                "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"alg\":\"HS256\",\"k\":\"AAAA\"}]}",
                "key 1: 24 bits (expected at least 256)");
        cases.put("{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"" + "A".repeat(43) + "\"}]}", "key 1: neither");
        cases.put(new JWKSet(elliptic().toPublicJWK()).toString(), "key 1: not a private key on P-256");
        return cases.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getValue(),
                        () -> assertThat(PaaKeys.parse(entry.getKey().getBytes(StandardCharsets.UTF_8)))
                                .isInstanceOfSatisfying(
                                        Parsed.Faulty.class,
                                        faulty -> assertThat(faulty.problem()).startsWith(entry.getValue()))));
    }

    @Test
    void whatTheTestSignsIsGoodAsLongAsItIsUnchanged() throws ParseException, JOSEException {
        assertThat(tokens.verify(sign(header().build(), claims().toJSONObject())))
                .isEqualTo(Parsed.valid(Samples.token()));
    }

    /** Some forty tokens that somebody might try. None may be read. */
    @TestFactory
    Stream<DynamicTest> hostileTokensAreRefused() throws Exception {
        Map<String, String> hostile = new LinkedHashMap<>();
        String good = tokens.mint(Samples.token());
        String[] parts = good.split("\\.");
        text(hostile, good, parts);
        headers(hostile, parts);
        claims(hostile);
        foreign(hostile, parts);
        assertThat(hostile).hasSizeGreaterThanOrEqualTo(40);
        return hostile.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> assertThat(tokens.verify(entry.getValue())).isInstanceOf(Parsed.Faulty.class)));
    }

    private static void text(Map<String, String> hostile, String good, String[] parts) {
        hostile.put("nothing", "");
        hostile.put("dots", "..");
        hostile.put("not base64", "*.*.*");
        hostile.put("control characters", good.replace('.', '\n'));
        hostile.put("too long", good + "A".repeat(PaaTokens.LONGEST_TOKEN));
        hostile.put("without signature", parts[0] + "." + parts[1] + ".");
        hostile.put("without its last part", parts[0] + "." + parts[1]);
        hostile.put("truncated signature", good.substring(0, good.length() - 2));
        hostile.put("signature of zeros", parts[0] + "." + parts[1] + "." + "A".repeat(43));
        hostile.put("another payload", parts[0] + "." + base64("{\"sub\":\"mallory\"}") + "." + parts[2]);
        hostile.put("five parts", good + ".AAAA.AAAA");
        hostile.put("in JSON form", "{\"payload\":\"" + parts[1] + "\",\"signature\":\"" + parts[2] + "\"}");
    }

    private void headers(Map<String, String> hostile, String[] parts) {
        String kid = keys.ids().getFirst();
        String rest = ",\"typ\":\"gatehouse-paa+jwt\",\"kid\":\"" + kid + "\"}";
        header(hostile, "alg none", "{\"alg\":\"none\"" + rest, parts);
        header(hostile, "alg None", "{\"alg\":\"None\"" + rest, parts);
        header(hostile, "alg HS384", "{\"alg\":\"HS384\"" + rest, parts);
        header(hostile, "alg RS256", "{\"alg\":\"RS256\"" + rest, parts);
        header(hostile, "alg ES256", "{\"alg\":\"ES256\"" + rest, parts);
        header(hostile, "no alg", "{" + rest.substring(1), parts);
        header(hostile, "alg that is a number", "{\"alg\":1" + rest, parts);
        header(hostile, "header that is a list", "[]", parts);
        header(hostile, "header deeper than any", "[".repeat(3000), parts);
        hostile.put("alg none with empty signature", base64("{\"alg\":\"none\"" + rest) + "." + parts[1] + ".");
        signed(hostile, "no kid", builder -> builder.keyID(null));
        signed(hostile, "unknown kid", builder -> builder.keyID("unknown"));
        signed(hostile, "kid that is a path", builder -> builder.keyID("../../dev/null"));
        signed(hostile, "no typ", builder -> builder.type(null));
        signed(hostile, "typ of another token", builder -> builder.type(JOSEObjectType.JWT));
        signed(hostile, "critical extension", builder -> builder.criticalParams(Set.of("exp")));
        signed(hostile, "parameter of its own", builder -> builder.customParam("x", 1));
        signed(hostile, "jku", builder -> builder.jwkURL(URI.create("https://evil.example/keys")));
        signed(hostile, "x5u", builder -> builder.x509CertURL(URI.create("https://evil.example/c")));
        signed(hostile, "cty", builder -> builder.contentType("JWT"));
        signed(
                hostile,
                "a key of its own",
                builder -> builder.jwk(PaaTokensTest.elliptic().toPublicJWK()));
    }

    private void claims(Map<String, String> hostile) throws Exception {
        claim(hostile, "another issuer", claims -> claims.put("iss", "https://idp.example"));
        claim(hostile, "no issuer", claims -> claims.remove("iss"));
        claim(hostile, "another gateway", claims -> claims.put("aud", "other.example.com"));
        claim(hostile, "two audiences", claims -> claims.put("aud", List.of(GATEWAY, "other.example.com")));
        claim(hostile, "no audience", claims -> claims.remove("aud"));
        claim(hostile, "no subject", claims -> claims.remove("sub"));
        claim(hostile, "blank subject", claims -> claims.put("sub", " "));
        claim(hostile, "subject that is a list", claims -> claims.put("sub", List.of("alice")));
        claim(hostile, "no id", claims -> claims.remove("jti"));
        claim(hostile, "no sign-in", claims -> claims.remove("sid"));
        claim(hostile, "no expiry", claims -> claims.remove("exp"));
        claim(hostile, "no time of issue", claims -> claims.remove("iat"));
        claim(hostile, "made in the future", claims -> claims.put("iat", seconds(Samples.NOW.plusSeconds(31))));
        claim(hostile, "expired before it was made", claims -> claims.put("exp", seconds(Samples.NOW)));
        claim(hostile, "no targets", claims -> claims.remove("targets"));
        claim(hostile, "empty targets", claims -> claims.put("targets", List.of()));
        claim(hostile, "target without port", claims -> claims.put("targets", List.of("win11.lab")));
        claim(hostile, "target with a wild port", claims -> claims.put("targets", List.of("win11.lab:99999")));
        claim(hostile, "target with a wildcard", claims -> claims.put("targets", List.of("*:3389")));
        claim(hostile, "group that is a number", claims -> claims.put("groups", List.of(7)));
        claim(
                hostile,
                "endless groups",
                claims -> claims.put(
                        "groups",
                        Stream.iterate(0, i -> i + 1)
                                .limit(300)
                                .map(i -> "g" + i)
                                .toList()));
        claim(hostile, "unknown proof", claims -> claims.put("proofs", List.of("PINKY_SWEAR")));
        claim(hostile, "claim that nobody knows", claims -> claims.put("admin", true));
        claim(hostile, "client that is a name", claims -> claims.put("client", "localhost"));
    }

    private void foreign(Map<String, String> hostile, String[] parts) throws Exception {
        String json = new Payload(claims().toJSONObject()).toString();
        hostile.put("subject twice", sign(header().build(), new Payload("{\"sub\":\"mallory\"," + json.substring(1))));
        hostile.put("claims that are a list", sign(header().build(), new Payload("[" + json + "]")));
        hostile.put("claims that are no JSON", sign(header().build(), new Payload(new byte[] {(byte) 0xff, 0})));
        byte[] guessed = new byte[32];
        SignedJWT byGuess = new SignedJWT(header().build(), claims());
        byGuess.sign(new MACSigner(guessed));
        hostile.put("signed with a guessed key", byGuess.serialize());
        SignedJWT byPublicKey = new SignedJWT(header().build(), claims());
        byPublicKey.sign(new MACSigner(elliptic().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
        hostile.put("signed with a public key as secret", byPublicKey.serialize());
        JWEObject encrypted = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                        .contentType("JWT")
                        .build(),
                new Payload(base64("{\"alg\":\"none\"}") + "." + parts[1] + "."));
        encrypted.encrypt(new DirectEncrypter(guessed));
        hostile.put("unsigned token inside an encrypted one", encrypted.serialize());
    }

    private static void header(Map<String, String> hostile, String name, String json, String[] parts) {
        hostile.put(name, base64(json) + "." + parts[1] + "." + parts[2]);
    }

    /** A token that our own key signed, with something else in its header. */
    private void signed(Map<String, String> hostile, String name, Consumer<JWSHeader.Builder> change) {
        try {
            JWSHeader.Builder header = header();
            change.accept(header);
            hostile.put(name, sign(header.build(), claims().toJSONObject()));
        } catch (ParseException | JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A token that our own key signed, with something else in its claims. */
    private void claim(Map<String, String> hostile, String name, Consumer<Map<String, Object>> change)
            throws ParseException, JOSEException {
        Map<String, Object> claims = new HashMap<>(claims().toJSONObject());
        change.accept(claims);
        hostile.put(name, sign(header().build(), claims));
    }

    private JWTClaimsSet claims() throws ParseException {
        return SignedJWT.parse(tokens.mint(Samples.token())).getJWTClaimsSet();
    }

    private JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(PaaTokens.TYPE)
                .keyID(keys.ids().getFirst());
    }

    private String sign(JWSHeader header, Map<String, Object> claims) throws ParseException, JOSEException {
        return sign(header, new Payload(claims));
    }

    private String sign(JWSHeader header, Payload payload) throws ParseException, JOSEException {
        OctetSequenceKey key = JWKSet.parse(new String(keys.json(), StandardCharsets.UTF_8))
                .getKeys()
                .getFirst()
                .toOctetSequenceKey();
        JWSObject jws = new JWSObject(header, payload);
        jws.sign(new MACSigner(key.toByteArray()));
        return jws.serialize();
    }

    private static ECKey elliptic() {
        try {
            return JWKSet.parse(new String(
                            PaaKeys.generate(PaaKeys.Algorithm.ES256, RANDOM).json(), StandardCharsets.UTF_8))
                    .getKeys()
                    .getFirst()
                    .toECKey();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private static long seconds(Instant instant) {
        return instant.getEpochSecond();
    }

    private static String base64(String text) {
        return Base64URL.encode(text).toString();
    }
}
