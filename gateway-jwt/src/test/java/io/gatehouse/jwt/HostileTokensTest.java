package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.testkit.provider.TestClock;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 8725 and what attackers tried on others: each token is refused, for the reason that is the reason. */
class HostileTokensTest {
    private static final String ISSUER = "https://id.example.test";
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final TestClock CLOCK = new TestClock();
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z"); // where the test clock stands

    private static RSAKey rsa;
    private static RSAKey stranger;
    private static RSAKey weak;
    private static RSAKey forEncryption;
    private static RSAKey for512;
    private static ECKey curve;
    private static OctetSequenceKey shared;
    private static KeyServer server;
    private static SigningKeys keys;

    @BeforeAll
    static void publish() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("k1").generate();
        stranger = new RSAKeyGenerator(2048).keyID("k1").generate();
        weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
        forEncryption =
                new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
        for512 = new RSAKeyGenerator(2048)
                .keyID("rs512")
                .algorithm(JWSAlgorithm.RS512)
                .generate();
        curve = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        shared = new OctetSequenceKey.Builder(new byte[64]).keyID("oct").build();
        JWKSet set = new JWKSet(List.of(
                rsa.toPublicJWK(),
                weak.toPublicJWK(),
                forEncryption.toPublicJWK(),
                for512.toPublicJWK(),
                curve.toPublicJWK(),
                shared));
        server = new KeyServer(set.toString(false));
        keys = server.keys(CLOCK);
    }

    @AfterAll
    static void close() {
        server.close();
    }

    private static Claims verify(String text) throws RejectedException, UnavailableException {
        return new SignedTokens(ISSUER, ALGORITHMS, new Skew(CLOCK, SKEW))
                .verify(SignedTokens.parse(text), Set.of("gatehouse"), Set.of("jwt", ""), keys);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("8d1f")
                .audience("gatehouse")
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300)));
    }

    private static String sign(JWTClaimsSet claims, JWSHeader header, JWSSigner signer) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    private static JWSHeader.Builder rs256() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").type(JOSEObjectType.JWT);
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        return sign(claims, rs256().build(), new RSASSASigner(rsa));
    }

    private static String signed(UnaryOperator<JWSHeader.Builder> header) throws Exception {
        return sign(claims().build(), header.apply(rs256()).build(), new RSASSASigner(rsa));
    }

    private static String byStranger(UnaryOperator<JWSHeader.Builder> header) throws Exception {
        return sign(claims().build(), header.apply(rs256()).build(), new RSASSASigner(stranger));
    }

    private static String onCurve() throws Exception {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build();
        return sign(claims().build(), header, new ECDSASigner(curve));
    }

    /** A header and a payload as they are, over which the right key signs. */
    private static String raw(String header, String payload) throws Exception {
        String input = encoded(header) + "." + encoded(payload);
        java.security.Signature signature = java.security.Signature.getInstance("SHA256withRSA");
        signature.initSign(rsa.toPrivateKey());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + Base64URL.encode(signature.sign());
    }

    private static String withClaims(String more) throws Exception {
        return raw(
                "{\"alg\":\"RS256\",\"kid\":\"k1\"}",
                "{\"iss\":\"%s\",\"aud\":\"gatehouse\",\"iat\":%d,\"exp\":%d%s}"
                        .formatted(ISSUER, NOW.getEpochSecond(), NOW.getEpochSecond() + 300, more));
    }

    private static String encoded(String text) {
        return Base64URL.encode(text).toString();
    }

    private static String withSignature(String token, byte[] signature) {
        return token.substring(0, token.lastIndexOf('.') + 1) + Base64URL.encode(signature);
    }

    private static String hs256(byte[] secret) throws Exception {
        return sign(
                claims().build(),
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
                new MACSigner(secret));
    }

    @Test
    void rightTokensOfBothKindsAreBelieved() throws Exception {
        assertThat(verify(signed(claims().build())).subject()).isEqualTo("8d1f");
        assertThat(verify(onCurve()).subject()).isEqualTo("8d1f");
        assertThat(verify(signed(
                                claims().audience(List.of("other", "gatehouse")).build()))
                        .set()
                        .getAudience())
                .containsExactly("other", "gatehouse");
        assertThat(verify(signed(header -> header.type(new JOSEObjectType("application/jwt"))))
                        .subject())
                .isEqualTo("8d1f");
    }

    private record Hostile(String token, Reason reason, String detail) {}

    @TestFactory
    Stream<DynamicTest> eachIsRefusedForItsReason() throws Exception {
        return all().entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    Hostile hostile = each.getValue();
                    assertThatExceptionOfType(RejectedException.class)
                            .isThrownBy(() -> verify(hostile.token()))
                            .satisfies(refused -> {
                                assertThat(refused.rejection().detail()).contains(hostile.detail());
                                assertThat(refused.rejection().reason()).isEqualTo(hostile.reason());
                            });
                }));
    }

    private static Map<String, Hostile> all() throws Exception {
        Map<String, Hostile> all = new LinkedHashMap<>();
        algorithms(all);
        signatures(all);
        keyHints(all);
        forms(all);
        headers(all);
        times(all);
        parties(all);
        return all;
    }

    private static void algorithms(Map<String, Hostile> all) throws Exception {
        String plain = new PlainJWT(claims().build()).serialize();
        String right = signed(claims().build());
        String signature = right.substring(right.lastIndexOf('.'));
        all.put("alg none", new Hostile(plain, Reason.MALFORMED, "no signed JWT"));
        all.put(
                "alg none with the signature of another token",
                new Hostile(plain.substring(0, plain.length() - 1) + signature, Reason.MALFORMED, "no signed JWT"));
        all.put(
                "alg nOnE",
                new Hostile(
                        raw("{\"alg\":\"nOnE\"}", "{}"), Reason.REFUSED, "signature \"nOnE\" (expected ES256, RS256)"));
        all.put("no alg", new Hostile(raw("{\"kid\":\"k1\"}", "{}"), Reason.MALFORMED, "no signed JWT"));
        all.put("alg null", new Hostile(raw("{\"alg\":null}", "{}"), Reason.MALFORMED, "no signed JWT"));
        all.put("alg number", new Hostile(raw("{\"alg\":256}", "{}"), Reason.MALFORMED, "no signed JWT"));
        String hs256 = "signature \"HS256\" (expected ES256, RS256)";
        all.put(
                "HS256 with the public key's DER as the secret",
                new Hostile(hs256(rsa.toRSAPublicKey().getEncoded()), Reason.REFUSED, hs256));
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.encode(rsa.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        all.put(
                "HS256 with the public key's PEM as the secret",
                new Hostile(hs256(pem.getBytes(StandardCharsets.US_ASCII)), Reason.REFUSED, hs256));
        all.put(
                "HS256 with a shared secret that is published among the keys",
                new Hostile(
                        sign(
                                claims().build(),
                                new JWSHeader.Builder(JWSAlgorithm.HS256)
                                        .keyID("oct")
                                        .build(),
                                new MACSigner(shared)),
                        Reason.REFUSED,
                        hs256));
        all.put(
                "a right signature of an algorithm that is not accepted",
                new Hostile(
                        sign(
                                claims().build(),
                                new JWSHeader.Builder(JWSAlgorithm.PS256)
                                        .keyID("k1")
                                        .build(),
                                new RSASSASigner(rsa)),
                        Reason.REFUSED,
                        "signature \"PS256\""));
        all.put(
                "RS256 under the id of a key for RS512",
                new Hostile(
                        sign(claims().build(), rs256().keyID("rs512").build(), new RSASSASigner(for512)),
                        Reason.NOT_FOR_US,
                        "no key \"rs512\" for RS256"));
    }

    private static void signatures(Map<String, Hostile> all) throws Exception {
        String right = signed(claims().build());
        String onCurve = onCurve();
        byte[] made = SignedJWT.parse(onCurve).getSignature().decode();
        String notOfKey = "the signature is not one of key";
        all.put(
                "psychic signature, all zero",
                new Hostile(withSignature(onCurve, new byte[64]), Reason.BAD_CREDENTIALS, notOfKey));
        byte[] order = new byte[64];
        byte[] n = Curve.P_256.toECParameterSpec().getOrder().toByteArray();
        System.arraycopy(n, n.length - 32, order, 0, 32);
        System.arraycopy(n, n.length - 32, order, 32, 32);
        all.put(
                "r and s are the order of the curve",
                new Hostile(withSignature(onCurve, order), Reason.BAD_CREDENTIALS, notOfKey));
        byte[] halfZero = made.clone();
        Arrays.fill(halfZero, 0, 32, (byte) 0);
        all.put("r is zero", new Hostile(withSignature(onCurve, halfZero), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "a signature in DER",
                new Hostile(
                        withSignature(onCurve, com.nimbusds.jose.crypto.impl.ECDSA.transcodeSignatureToDER(made)),
                        Reason.BAD_CREDENTIALS,
                        notOfKey));
        all.put(
                "a signature of RSA that is the number one",
                new Hostile(withSignature(right, BigInteger.ONE.toByteArray()), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "a truncated signature",
                new Hostile(right.substring(0, right.length() - 8), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "an empty signature",
                new Hostile(right.substring(0, right.lastIndexOf('.') + 1), Reason.MALFORMED, "no signed JWT"));
        String[] parts = right.split("\\.", -1);
        String other = encoded(claims().subject("root").build().toString());
        all.put(
                "another payload under a right signature",
                new Hostile(parts[0] + "." + other + "." + parts[2], Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "another header under a right signature",
                new Hostile(
                        encoded("{\"kid\":\"k1\",\"alg\":\"RS256\"}") + "." + parts[1] + "." + parts[2],
                        Reason.BAD_CREDENTIALS,
                        notOfKey));
        all.put(
                "a key of 1024 bits, although it is published",
                new Hostile(
                        sign(
                                claims().build(),
                                rs256().keyID("weak").build(),
                                new RSASSASigner(weak.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))),
                        Reason.BAD_CREDENTIALS,
                        notOfKey));
        all.put(
                "a key that is published for encryption",
                new Hostile(
                        sign(claims().build(), rs256().keyID("enc").build(), new RSASSASigner(forEncryption)),
                        Reason.NOT_FOR_US,
                        "no key \"enc\" for RS256"));
    }

    private static void keyHints(Map<String, Hostile> all) throws Exception {
        String notOfKey = "the signature is not one of key \"k1\"";
        all.put(
                "a stranger's key under a right id",
                new Hostile(byStranger(header -> header), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "a stranger's key under no id",
                new Hostile(
                        byStranger(header -> header.keyID(null)),
                        Reason.BAD_CREDENTIALS,
                        "the signature is not one of key \"\""));
        for (String id : List.of("../../../../dev/null", "' OR '1'='1", "k1\u0000", "K1")) {
            all.put(
                    "kid " + PrintableText.line(id),
                    new Hostile(
                            byStranger(header -> header.keyID(id)),
                            Reason.NOT_FOR_US,
                            "no key " + PrintableText.quoted(id) + " for RS256"));
        }
        all.put(
                "kid is a number",
                new Hostile(raw("{\"alg\":\"RS256\",\"kid\":1}", "{}"), Reason.MALFORMED, "no signed JWT"));
        all.put(
                "RS256 under the id of a key on a curve",
                new Hostile(byStranger(header -> header.keyID("ec")), Reason.NOT_FOR_US, "no key \"ec\" for RS256"));
        all.put(
                "the stranger's key in the header (jwk)",
                new Hostile(
                        byStranger(header -> header.jwk(stranger.toPublicJWK())), Reason.BAD_CREDENTIALS, notOfKey));
        URI elsewhere = URI.create("https://evil.example.test/keys");
        all.put(
                "the stranger's key set (jku)",
                new Hostile(byStranger(header -> header.jwkURL(elsewhere)), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "the stranger's certificate at an address (x5u)",
                new Hostile(byStranger(header -> header.x509CertURL(elsewhere)), Reason.BAD_CREDENTIALS, notOfKey));
        all.put(
                "the stranger's certificate in the header (x5c)",
                new Hostile(
                        byStranger(header -> header.x509CertChain(List.of(new Base64("MIIB")))),
                        Reason.BAD_CREDENTIALS,
                        notOfKey));
    }

    private static void forms(Map<String, Hostile> all) throws Exception {
        String right = signed(claims().build());
        String[] parts = right.split("\\.", -1);
        JWEObject jwe = new JWEObject(
                new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM)
                        .contentType("JWT")
                        .build(),
                new Payload(new PlainJWT(claims().build()).serialize()));
        jwe.encrypt(new RSAEncrypter(rsa.toRSAPublicKey()));
        all.put("a JWE around an unsigned JWT", new Hostile(jwe.serialize(), Reason.MALFORMED, "no signed JWT"));
        all.put("nothing", new Hostile("", Reason.MALFORMED, "no signed JWT"));
        all.put("dots", new Hostile("..", Reason.MALFORMED, "no signed JWT"));
        all.put("four parts", new Hostile(right + ".AAAA", Reason.MALFORMED, "no signed JWT"));
        all.put("two parts", new Hostile(parts[0] + "." + parts[1], Reason.MALFORMED, "no signed JWT"));
        all.put(
                "the JSON serialization",
                new Hostile(
                        "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}"
                                .formatted(parts[0], parts[1], parts[2]),
                        Reason.MALFORMED,
                        "no signed JWT"));
        all.put(
                "32,769 characters",
                new Hostile(
                        "a".repeat(SignedTokens.LONGEST + 1),
                        Reason.MALFORMED,
                        "token of 32769 characters (expected at most 32768)"));
        all.put(
                "a payload that is no JSON",
                new Hostile(raw("{\"alg\":\"RS256\"}", "<xml/>"), Reason.MALFORMED, "no signed JWT"));
        all.put(
                "a payload that is a list, which has no claims",
                new Hostile(raw("{\"alg\":\"RS256\"}", "[]"), Reason.NOT_FOR_US, "iss \"\" (expected"));
        all.put(
                "a payload nested ten thousand deep",
                new Hostile(
                        raw("{\"alg\":\"RS256\"}", "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"),
                        Reason.MALFORMED,
                        "no signed JWT"));
        all.put(
                "iss twice, the second ours",
                new Hostile(
                        raw(
                                "{\"alg\":\"RS256\",\"kid\":\"k1\"}",
                                "{\"iss\":\"https://evil.test\",\"iss\":\"" + ISSUER + "\"}"),
                        Reason.MALFORMED,
                        "no signed JWT"));
        all.put(
                "alg twice",
                new Hostile(
                        raw("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"k1\"}", "{}"),
                        Reason.MALFORMED,
                        "no signed JWT"));
    }

    private static void headers(Map<String, Hostile> all) throws Exception {
        for (String type : List.of("at+jwt", "logout+jwt", "JOSE", "secevent+jwt")) {
            all.put(
                    "typ " + type,
                    new Hostile(
                            signed(header -> header.type(new JOSEObjectType(type))),
                            Reason.REFUSED,
                            "typ \"" + type.toLowerCase(java.util.Locale.ROOT) + "\" (expected jwt)"));
        }
        String more = "the token's header asks for more than a signature";
        all.put("a nested token (cty)", new Hostile(signed(header -> header.contentType("JWT")), Reason.REFUSED, more));
        all.put(
                "crit",
                new Hostile(
                        signed(header -> header.criticalParams(Set.of("exp")).customParam("exp", 1)),
                        Reason.REFUSED,
                        more));
        all.put(
                "an empty crit",
                new Hostile(raw("{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[]}", "{}"), Reason.REFUSED, more));
        all.put(
                "a payload that is not encoded (b64)",
                new Hostile(raw("{\"alg\":\"RS256\",\"kid\":\"k1\",\"b64\":false}", "{}"), Reason.REFUSED, more));
    }

    private static void times(Map<String, Hostile> all) throws Exception {
        all.put(
                "exp, at the very end of the tolerance",
                new Hostile(
                        signed(claims().expirationTime(Date.from(NOW.minus(SKEW)))
                                .build()),
                        Reason.EXPIRED,
                        "the token expired 30s ago"));
        all.put(
                "no exp",
                new Hostile(signed(claims().expirationTime(null).build()), Reason.MALFORMED, "the token has no exp"));
        all.put("exp is text", new Hostile(withClaims(",\"exp\":\"never\""), Reason.MALFORMED, "no signed JWT"));
        all.put(
                "nbf, just after the tolerance",
                new Hostile(
                        signed(claims().notBeforeTime(Date.from(NOW.plus(SKEW).plusSeconds(1)))
                                .build()),
                        Reason.REFUSED,
                        "valid only in 31s (nbf)"));
        all.put(
                "no iat",
                new Hostile(signed(claims().issueTime(null).build()), Reason.MALFORMED, "the token has no iat"));
        all.put(
                "iat, just after the tolerance",
                new Hostile(
                        signed(claims().issueTime(Date.from(NOW.plus(SKEW).plusSeconds(1)))
                                .build()),
                        Reason.REFUSED,
                        "made 31s from now (iat): compare the clocks"));
    }

    private static void parties(Map<String, Hostile> all) throws Exception {
        all.put("no iss", new Hostile(signed(claims().issuer(null).build()), Reason.NOT_FOR_US, "iss \"\" (expected"));
        for (String issuer : List.of(ISSUER + "/", "HTTPS://id.example.test", "https://id.example.test.evil.test")) {
            all.put(
                    "iss " + issuer,
                    new Hostile(
                            signed(claims().issuer(issuer).build()),
                            Reason.NOT_FOR_US,
                            "iss \"" + issuer + "\" (expected"));
        }
        all.put(
                "no aud",
                new Hostile(signed(claims().audience((String) null).build()), Reason.NOT_FOR_US, "aud \"\" (expected"));
        all.put(
                "aud of others",
                new Hostile(
                        signed(claims().audience(List.of("Gatehouse", "gatehouse "))
                                .build()),
                        Reason.NOT_FOR_US,
                        "aud \"Gatehouse gatehouse \" (expected \"gatehouse\")"));
        all.put(
                "aud of many others",
                new Hostile(
                        signed(claims().audience(List.of("a", "b", "gatehouse2"))
                                .build()),
                        Reason.NOT_FOR_US,
                        "aud \"a b gatehouse2\""));
    }

    @Test
    void withinTheToleranceClocksMayDiffer() throws Exception {
        Instant early = NOW.plus(SKEW);
        JWTClaimsSet within = claims().expirationTime(Date.from(NOW.minus(SKEW).plusSeconds(1)))
                .notBeforeTime(Date.from(early))
                .issueTime(Date.from(early))
                .build();
        assertThat(verify(signed(within)).subject()).isEqualTo("8d1f");
    }

    @Test
    void aTimeBeyondAllCalendarsIsRefusedInWords() throws Exception {
        for (String time : List.of("1e300", "-1e300", "9223372036854775807", "-9223372036854775808")) {
            for (String claim : List.of("exp", "nbf", "iat")) {
                String token = raw(
                        "{\"alg\":\"RS256\",\"kid\":\"k1\"}",
                        "{\"iss\":\"%s\",\"aud\":\"gatehouse\",\"sub\":\"x\",\"%s\":%s}"
                                .formatted(ISSUER, claim, time));
                assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> verify(token));
            }
        }
    }

    /** What a token names is never fetched, and unknown ids cause one more fetch, not one each. */
    @Test
    void nothingThatATokenNamesIsFetchedAgainAndAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            String id = "unknown-" + i;
            String token = byStranger(header -> header.keyID(id));
            assertThatExceptionOfType(RejectedException.class).isThrownBy(() -> verify(token));
        }
        assertThat(server.asked.get()).isLessThanOrEqualTo(2);
    }
}
