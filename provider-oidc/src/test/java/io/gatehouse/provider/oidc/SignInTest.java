package io.gatehouse.provider.oidc;

import static io.gatehouse.provider.oidc.Fixtures.CALLBACK;
import static io.gatehouse.provider.oidc.Fixtures.query;
import static io.gatehouse.provider.oidc.Fixtures.rejected;
import static io.gatehouse.provider.oidc.Fixtures.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.openid.connect.sdk.claims.AccessTokenHash;
import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.provider.TestClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code flow against an identity provider that lies in every way that a token has. */
@Timeout(30)
class SignInTest {
    private static final String ACCESS_TOKEN = "opaque-access-token";

    private final TestClock clock = new TestClock();
    private ScriptedIdp idp;
    private AuthProvider provider;
    private PortalMechanism mechanism;

    @BeforeEach
    void start() throws Exception {
        idp = new ScriptedIdp();
        idp.keys(Forge.KEY, Forge.EC);
        open("groups-claim = \"realm_access.roles\"");
    }

    private void open(String... lines) throws Exception {
        if (provider != null) {
            provider.close();
        }
        provider = Fixtures.provider(Fixtures.config(Fixtures.table(idp.issuer(), lines)), clock);
        mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
    }

    @AfterEach
    void stop() {
        provider.close();
        idp.close();
    }

    private JWTClaimsSet.Builder claims() {
        return Forge.claims(idp.issuer(), clock);
    }

    /** Signs in; the identity provider answers the token that {@code token} makes of the nonce. */
    private PortalStep signIn(Function<String, String> token, Map<String, String> further) {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        Map<String, String> sent = query(detour.to());
        idp.tokens(token.apply(sent.getOrDefault("nonce", "")), ACCESS_TOKEN);
        Map<String, String> answer = new HashMap<>(Map.of("code", "code-1", "state", sent.get("state")));
        answer.putAll(further);
        return mechanism.resume(request(answer), detour.state(), CALLBACK);
    }

    private PortalStep signIn(Function<String, String> token) {
        return signIn(token, Map.of());
    }

    private PortalStep signIn(JWTClaimsSet.Builder claims) {
        return signIn(nonce -> Forge.sign(claims.claim("nonce", nonce).build()));
    }

    @Test
    void theBrowserIsSentWithEverythingThatTiesItsReturnToUs() throws Exception {
        PortalStep.Detour detour = Fixtures.begin(mechanism);

        Map<String, String> sent = query(detour.to());
        assertThat(detour.to().toString()).startsWith(idp.issuer() + "/authorize?");
        assertThat(sent)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "gatehouse")
                .containsEntry("redirect_uri", CALLBACK.toString())
                .containsEntry("scope", "openid profile email")
                .containsEntry("code_challenge_method", "S256")
                .doesNotContainKey("response_mode");
        String[] kept = detour.state().text().split(" ", -1);
        assertThat(sent).containsEntry("state", kept[0]).containsEntry("nonce", kept[1]);
        assertThat(sent.get("code_challenge"))
                .isEqualTo(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(MessageDigest.getInstance("SHA-256")
                                .digest(kept[2].getBytes(StandardCharsets.US_ASCII))));
        assertThat(Arrays.asList(kept)).doesNotHaveDuplicates().allMatch(word -> word.length() == 43);
        assertThat(Fixtures.begin(mechanism).state()).isNotEqualTo(detour.state());
    }

    @Test
    void aRightTokenSignsIn() {
        PortalStep step = signIn(claims());

        assertThat(step).isInstanceOf(PortalStep.SignedIn.class);
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) step;
        assertThat(signedIn.identity().withClaims(Map.of()))
                .isEqualTo(Identity.local("oidc", "oidc", "alice", Set.of("staff", "lab"), Set.of()));
        assertThat(signedIn.identity().claims()).containsEntry("email", Set.of("alice@example.test"));
        assertThat(signedIn.session().subject()).isEqualTo("8d1f-alice");
        assertThat(signedIn.session().session()).contains("session-1");
        assertThat(signedIn.session().hint()).isPresent();
        assertThat(idp.forms.getFirst())
                .contains("grant_type=authorization_code", "code=code-1", "code_verifier=", "client_id=gatehouse")
                .contains("redirect_uri=https%3A%2F%2Fgw.example.test%2Fsignin%2Fidp%2Fcallback");
    }

    @Test
    void anEllipticCurveWillDoAndSoWillATokenWithoutTyp() {
        assertThat(signIn(nonce -> Forge.sign(claims().claim("nonce", nonce).build(), Forge.EC)))
                .isInstanceOf(PortalStep.SignedIn.class);
        assertThat(signIn(nonce ->
                        Forge.sign(claims().claim("nonce", nonce).build(), Forge.KEY, header -> header.type(null))))
                .isInstanceOf(PortalStep.SignedIn.class);
        assertThat(signIn(nonce ->
                        Forge.sign(claims().claim("nonce", nonce).build(), Forge.KEY, header -> header.keyID(null))))
                .isInstanceOf(PortalStep.SignedIn.class);
    }

    @Test
    void severalAudiencesWillDoWhereTheTokenIsMadeForUs() {
        assertThat(signIn(claims().audience(List.of("gatehouse", "other")).claim("azp", "gatehouse")))
                .isInstanceOf(PortalStep.SignedIn.class);
    }

    @Test
    void theHashOfTheAccessTokenIsChecked() {
        String hash = AccessTokenHash.compute(new BearerAccessToken(ACCESS_TOKEN), JWSAlgorithm.RS256, null)
                .getValue();
        assertThat(signIn(claims().claim("at_hash", hash))).isInstanceOf(PortalStep.SignedIn.class);
        assertThat(rejected(signIn(claims().claim("at_hash", hash.replace(hash.charAt(0), '-')))))
                .isEqualTo(new Outcome.Rejected(Reason.REFUSED, "the token's at_hash is not that of the access token"));
    }

    @Test
    void aSkewOfTheClocksIsForgiven() {
        assertThat(signIn(claims().issueTime(date(Duration.ofSeconds(29)))
                        .notBeforeTime(date(Duration.ofSeconds(29)))
                        .expirationTime(date(Duration.ofSeconds(-29)))))
                .isInstanceOf(PortalStep.SignedIn.class);
    }

    private Date date(Duration fromNow) {
        return Date.from(clock.instant().plus(fromNow));
    }

    /** A hostile token and what is said of it. */
    record Hostile(String name, Function<SignInTest, Function<String, String>> maker, Reason reason, String detail) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Hostile claims(
            String name,
            java.util.function.BiConsumer<SignInTest, JWTClaimsSet.Builder> change,
            Reason reason,
            String detail) {
        return new Hostile(
                name,
                test -> nonce -> {
                    JWTClaimsSet.Builder claims = test.claims().claim("nonce", nonce);
                    change.accept(test, claims);
                    return Forge.sign(claims.build());
                },
                reason,
                detail);
    }

    private static Hostile text(
            String name,
            java.util.function.BiFunction<SignInTest, JWTClaimsSet, String> make,
            Reason reason,
            String detail) {
        return new Hostile(
                name,
                test -> nonce ->
                        make.apply(test, test.claims().claim("nonce", nonce).build()),
                reason,
                detail);
    }

    static Stream<Hostile> hostileTokens() {
        return Stream.of(
                claims("wrong nonce", (_, c) -> c.claim("nonce", "x"), Reason.REFUSED, "nonce"),
                claims("no nonce", (_, c) -> c.claim("nonce", null), Reason.REFUSED, "nonce"),
                claims("nonce of another type", (_, c) -> c.claim("nonce", 7), Reason.REFUSED, "nonce"),
                claims("wrong audience", (_, c) -> c.audience("other"), Reason.NOT_FOR_US, "aud \"other\" (expected"),
                claims("no audience", (_, c) -> c.audience((String) null), Reason.NOT_FOR_US, "aud"),
                claims("audience in another case", (_, c) -> c.audience("Gatehouse"), Reason.NOT_FOR_US, "aud"),
                claims("foreign azp", (_, c) -> c.claim("azp", "other"), Reason.NOT_FOR_US, "azp \"other\""),
                claims(
                        "several audiences, no azp",
                        (_, c) -> c.audience(List.of("gatehouse", "other")),
                        Reason.NOT_FOR_US,
                        "azp"),
                claims("wrong issuer", (_, c) -> c.issuer("https://evil.test"), Reason.NOT_FOR_US, "iss"),
                claims("issuer with a slash", (t, c) -> c.issuer(t.idp.issuer() + "/"), Reason.NOT_FOR_US, "iss"),
                claims("no issuer", (_, c) -> c.issuer(null), Reason.NOT_FOR_US, "iss"),
                claims("no subject", (_, c) -> c.subject(null), Reason.MALFORMED, "no sub"),
                claims(
                        "expired",
                        (t, c) -> c.expirationTime(t.date(Duration.ofSeconds(-30))),
                        Reason.EXPIRED,
                        "expired 30s ago"),
                claims("no expiry", (_, c) -> c.expirationTime(null), Reason.MALFORMED, "no exp"),
                claims(
                        "not yet valid",
                        (t, c) -> c.notBeforeTime(t.date(Duration.ofSeconds(31))),
                        Reason.REFUSED,
                        "(nbf)"),
                claims("made tomorrow", (t, c) -> c.issueTime(t.date(Duration.ofSeconds(31))), Reason.REFUSED, "(iat)"),
                claims("no time of issue", (_, c) -> c.issueTime(null), Reason.MALFORMED, "no iat"),
                claims(
                        "no user name",
                        (_, c) -> c.claim("preferred_username", null),
                        Reason.REFUSED,
                        "the token has no claim \"preferred_username\"; it has: aud, email, exp, iat, iss, nonce,"
                                + " realm_access, sid, sub"),
                claims("blank user name", (_, c) -> c.claim("preferred_username", " "), Reason.REFUSED, "user name"),
                claims(
                        "number as user name",
                        (_, c) -> c.claim("preferred_username", 7),
                        Reason.REFUSED,
                        "is a number"),
                claims(
                        "user name with a line end",
                        (_, c) -> c.claim("preferred_username", "alice\nadmin"),
                        Reason.REFUSED,
                        "\"alice?admin\""),
                claims(
                        "no groups",
                        (_, c) -> c.claim("realm_access", Map.of()),
                        Reason.REFUSED,
                        "the token has no claim \"realm_access.roles\"; it has: "),
                claims(
                        "groups that are no list",
                        (_, c) -> c.claim("realm_access", Map.of("roles", Map.of("a", 1))),
                        Reason.REFUSED,
                        "no list"),
                text(
                        "signed by a stranger",
                        (_, c) -> Forge.sign(c, Forge.STRANGER, header -> header),
                        Reason.BAD_CREDENTIALS,
                        "signature"),
                text(
                        "signed by a key that is not there",
                        (_, c) -> Forge.sign(c, Forge.SECOND, header -> header),
                        Reason.NOT_FOR_US,
                        "no key \"second\""),
                text(
                        "another algorithm of the same key",
                        (_, c) -> {
                            try {
                                return Forge.sign(
                                        c, Forge.header(JWSAlgorithm.RS512, "first"), new RSASSASigner(Forge.KEY));
                            } catch (com.nimbusds.jose.JOSEException e) {
                                throw new AssertionError(e);
                            }
                        },
                        Reason.REFUSED,
                        "signature \"RS512\" (expected ES256, PS256, RS256)"),
                text("unsigned", (_, c) -> new PlainJWT(c).serialize(), Reason.MALFORMED, "no signed JWT"),
                text(
                        "unsigned, with a signature of nothing",
                        (_, c) -> raw("{\"alg\":\"none\"}") + "." + raw(c.toString()) + ".",
                        Reason.MALFORMED,
                        "no signed JWT"),
                text(
                        "unsigned, spelt otherwise",
                        (_, c) -> raw("{\"alg\":\"nOnE\"}") + "." + raw(c.toString()) + ".AA",
                        Reason.REFUSED,
                        "signature \"nOnE\""),
                text(
                        "unsigned, after the signature was cut off",
                        (_, c) -> Forge.sign(c).replaceAll("[^.]*$", ""),
                        Reason.MALFORMED,
                        "no signed JWT"),
                text("the public key as password", (_, c) -> hmac(c, true), Reason.REFUSED, "signature \"HS256\""),
                text("the key's modulus as password", (_, c) -> hmac(c, false), Reason.REFUSED, "signature \"HS256\""),
                text("nested and unsigned", (_, c) -> nested(new PlainJWT(c).serialize()), Reason.MALFORMED, "JWT"),
                text("nested and signed", (_, c) -> nested(Forge.sign(c)), Reason.MALFORMED, "JWT"),
                text(
                        "a header that nobody understands",
                        (_, c) -> Forge.sign(
                                c,
                                Forge.KEY,
                                header -> header.criticalParams(Set.of("b64x")).customParam("b64x", 1)),
                        Reason.REFUSED,
                        "more than a signature"),
                text(
                        "another content type",
                        (_, c) -> Forge.sign(c, Forge.KEY, header -> header.contentType("JWT")),
                        Reason.REFUSED,
                        "more than a signature"),
                text(
                        "a key of its own",
                        (_, c) -> Forge.sign(c, Forge.STRANGER, header -> header.jwk(Forge.STRANGER.toPublicJWK())),
                        Reason.BAD_CREDENTIALS,
                        "signature"),
                text(
                        "an access token",
                        (_, c) -> Forge.sign(c, Forge.KEY, header -> header.type(new JOSEObjectType("at+jwt"))),
                        Reason.REFUSED,
                        "typ \"at+jwt\""),
                text(
                        "a logout token",
                        (_, c) -> Forge.sign(c, Forge.KEY, header -> header.type(new JOSEObjectType("logout+jwt"))),
                        Reason.REFUSED,
                        "typ \"logout+jwt\""),
                text("claims that were changed", (_, c) -> tampered(c), Reason.BAD_CREDENTIALS, "signature"),
                text("no token at all", (_, _) -> "hello", Reason.MALFORMED, "no signed JWT"),
                text("a token without end", (_, _) -> "a".repeat(40_000), Reason.MALFORMED, "40000 characters"),
                text(
                        "claims in claims in claims",
                        (_, _) -> raw("{\"alg\":\"RS256\"}") + "."
                                + raw("{\"a\":".repeat(6000) + "1" + "}".repeat(6000))
                                        .substring(0, 20_000) + ".AA",
                        Reason.MALFORMED,
                        "no signed JWT"));
    }

    private static String raw(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hmac(JWTClaimsSet claims, boolean whole) {
        try {
            byte[] secret = whole
                    ? Forge.KEY.toRSAPublicKey().getEncoded()
                    : Forge.KEY.toRSAPublicKey().getModulus().toByteArray();
            return Forge.sign(claims, new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first"), new MACSigner(secret));
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A right signature over a token instead of claims. */
    private static String nested(String inner) {
        try {
            var outer = new com.nimbusds.jose.JWSObject(
                    Forge.header(JWSAlgorithm.RS256, "first").build(), new com.nimbusds.jose.Payload(inner));
            outer.sign(new RSASSASigner(Forge.KEY));
            return outer.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String tampered(JWTClaimsSet claims) {
        String[] parts = Forge.sign(claims).split("\\.", -1);
        JWTClaimsSet other = new JWTClaimsSet.Builder(claims)
                .claim("preferred_username", "root")
                .build();
        return parts[0] + "." + raw(other.toString()) + "." + parts[2];
    }

    @ParameterizedTest
    @MethodSource("hostileTokens")
    void hostileTokensAreRefused(Hostile hostile) {
        Outcome.Rejected rejected = rejected(signIn(hostile.maker().apply(this)));

        assertThat(rejected.reason()).as(rejected.detail()).isEqualTo(hostile.reason());
        assertThat(rejected.detail()).contains(hostile.detail()).doesNotContain("\n");
    }

    @Test
    void anotherStateIsRefusedBeforeAnybodyIsAsked() {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        String other = query(Fixtures.begin(mechanism).to()).get("state");

        for (Map<String, String> answer :
                List.of(Map.of("code", "c", "state", other), Map.of("code", "c"), Map.of("code", "c", "state", ""))) {
            assertThat(rejected(mechanism.resume(request(answer), detour.state(), CALLBACK)))
                    .isEqualTo(new Outcome.Rejected(Reason.REFUSED, "the state is not the one of this sign-in"));
        }
        assertThat(idp.asked("/token")).isZero();
    }

    @Test
    void whatWasNotKeptByUsIsMalformed() {
        for (String kept : List.of("", "a b c", "x".repeat(43) + " " + "y".repeat(43))) {
            assertThat(rejected(mechanism.resume(request(Map.of()), Secret.ofText(kept), CALLBACK))
                            .reason())
                    .isEqualTo(Reason.MALFORMED);
        }
    }

    @Test
    void theAnswerOfAnotherIdentityProviderIsRefusedBeforeItsCodeIsUsed() {
        Outcome.Rejected rejected = rejected(signIn(nonce -> "unused" + nonce, Map.of("iss", "https://evil.test")));

        assertThat(rejected.reason()).isEqualTo(Reason.REFUSED);
        assertThat(rejected.detail()).contains("iss is \"https://evil.test\"");
        assertThat(idp.asked("/token")).isZero();
        assertThat(signIn(nonce -> Forge.sign(claims().claim("nonce", nonce).build()), Map.of("iss", idp.issuer())))
                .isInstanceOf(PortalStep.SignedIn.class);
    }

    @Test
    void whoSaysThatItNamesItselfMustDoSo() throws Exception {
        idp.discovery.put("authorization_response_iss_parameter_supported", true);
        open();

        assertThat(rejected(signIn(claims())).detail()).contains("the answer's iss is \"\"");
        assertThat(idp.asked("/token")).isZero();

        // Not every one does so with an error, which is then the reason; of another issuer it is not.
        assertThat(rejected(refusedThere(Map.of())).detail())
                .isEqualTo("the identity provider answered \"access_denied\" \"\"");
        assertThat(rejected(refusedThere(Map.of("iss", "https://evil.test"))).detail())
                .contains("iss is \"https://evil.test\"");
    }

    private PortalStep refusedThere(Map<String, String> more) {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        Map<String, String> answer = new HashMap<>(more);
        answer.put("state", Objects.requireNonNull(query(detour.to()).get("state")));
        answer.put("error", "access_denied");
        return mechanism.resume(request(answer), detour.state(), CALLBACK);
    }

    @Test
    void aCodeThatWasUsedSignsNobodyIn() {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        Map<String, String> sent = query(detour.to());
        idp.tokens(Forge.sign(claims().claim("nonce", sent.get("nonce")).build()), ACCESS_TOKEN);
        Map<String, String> answer = Map.of("code", "code-1", "state", sent.get("state"));

        assertThat(mechanism.resume(request(answer), detour.state(), CALLBACK)).isInstanceOf(PortalStep.SignedIn.class);
        assertThat(rejected(mechanism.resume(request(answer), detour.state(), CALLBACK)))
                .isEqualTo(new Outcome.Rejected(
                        Reason.REFUSED, "the token endpoint answered 400: invalid_grant: Code not valid"));
    }

    @Test
    void whatTheIdentityProviderSaysAgainstItIsToldAsText() {
        Outcome.Rejected rejected = rejected(signIn(
                nonce -> nonce, Map.of("error", "access_denied", "error_description", "no\r\nX-Evil: 1 \u202e")));

        assertThat(rejected)
                .isEqualTo(new Outcome.Rejected(
                        Reason.REFUSED, "the identity provider answered \"access_denied\" \"no??X-Evil: 1 ?\""));
        assertThat(rejected(signIn(nonce -> nonce, Map.of("error", "temporarily_unavailable")))
                        .reason())
                .isEqualTo(Reason.UNAVAILABLE);
        assertThat(idp.asked("/token")).isZero();
    }

    @Test
    void anAnswerWithoutCodeIsMalformed() {
        assertThat(rejected(signIn(nonce -> nonce, Map.of("code", ""))).reason())
                .isEqualTo(Reason.MALFORMED);
        assertThat(rejected(signIn(nonce -> nonce, Map.of("code", "c".repeat(8193))))
                        .reason())
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void aTokenEndpointThatAnswersNonsenseIsUnavailable() {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        Map<String, String> answer =
                Map.of("code", "c", "state", query(detour.to()).get("state"));
        List<ScriptedIdp.Script> nonsense = List.of(
                exchange -> ScriptedIdp.send(exchange, 200, "text/html", "<html>"),
                exchange -> ScriptedIdp.send(exchange, 200, "application/json", "{}"),
                exchange -> ScriptedIdp.send(exchange, 200, "application/json", "["),
                exchange -> ScriptedIdp.send(exchange, 200, "a/b/c\u0001", "{}"),
                exchange -> ScriptedIdp.send(exchange, 500, "text/plain", ""),
                exchange -> ScriptedIdp.json(exchange, 401, Map.of("error", "invalid_client")),
                exchange -> ScriptedIdp.json(exchange, 200, Map.of("access_token", "a", "token_type", "Bearer")),
                exchange -> ScriptedIdp.json(
                        exchange, 200, Map.of("access_token", "a", "token_type", "pop", "id_token", "x")),
                exchange -> ScriptedIdp.json(exchange, 200, Map.of("id_token", 7, "access_token", List.of())),
                exchange -> ScriptedIdp.send(exchange, 200, "application/json", "{\"a\":".repeat(50_000)));
        for (ScriptedIdp.Script script : nonsense) {
            idp.script("/token", script);
            assertThat(rejected(mechanism.resume(request(answer), detour.state(), CALLBACK))
                            .reason())
                    .isEqualTo(Reason.UNAVAILABLE);
        }
    }

    @Test
    void aSecretGoesIntoTheHeaderOrTheForm() throws Exception {
        java.nio.file.Path directory = java.nio.file.Files.createTempDirectory("oidc");
        java.nio.file.Files.setPosixFilePermissions(
                java.nio.file.Files.writeString(directory.resolve("secret"), "pass word:1\n"),
                PosixFilePermissions.fromString("rw-------"));
        for (String way : List.of("basic", "post")) {
            provider.close();
            provider = Fixtures.provider(
                    Fixtures.config(
                            Fixtures.table(
                                    idp.issuer(),
                                    "client-secret = { file = \"secret\" }",
                                    "client-authentication = \"" + way + "\""),
                            directory),
                    clock);
            mechanism = Fixtures.mechanism(provider, PortalMechanism.class);
            assertThat(signIn(claims())).isInstanceOf(PortalStep.SignedIn.class);
        }
        // RFC 6749 2.3.1: each half form-encoded before both go into Basic.
        assertThat(idp.authorizations)
                .containsExactly(
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString("gatehouse:pass+word%3A1".getBytes(StandardCharsets.UTF_8)),
                        "null");
        assertThat(idp.forms.get(0)).doesNotContain("client_secret");
        assertThat(idp.forms.get(1)).contains("client_secret=pass+word%3A1", "client_id=gatehouse");
    }

    @Test
    void claimsThatTheTokenLacksMayComeFromUserinfo() throws Exception {
        open("groups-claim = \"groups\"", "userinfo = true");
        idp.script(
                "/userinfo",
                exchange -> ScriptedIdp.json(
                        exchange,
                        200,
                        Map.of("sub", "8d1f-alice", "groups", List.of("admins"), "preferred_username", "other")));
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) signIn(claims());
        assertThat(signedIn.identity().user()).isEqualTo("alice");
        assertThat(signedIn.identity().groups()).containsExactly("admins");

        idp.script(
                "/userinfo",
                exchange -> ScriptedIdp.json(exchange, 200, Map.of("sub", "mallory", "groups", List.of("admins"))));
        assertThat(rejected(signIn(claims())))
                .isEqualTo(new Outcome.Rejected(Reason.REFUSED, "userinfo is about another sub than the ID token"));
        idp.script("/userinfo", exchange -> ScriptedIdp.send(exchange, 200, "application/jwt", "a.b.c"));
        assertThat(rejected(signIn(claims())).reason()).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void aContextThatIsAskedForMustBeReached() throws Exception {
        open("acr-values = [\"mfa\"]", "multi-factor-acr = [\"mfa\"]", "multi-factor-amr = [\"otp\"]");
        assertThat(query(Fixtures.begin(mechanism).to())).containsEntry("acr_values", "mfa");
        assertThat(rejected(signIn(claims())).detail()).startsWith("the token has no claim \"acr\"; it has: ");
        assertThat(rejected(signIn(claims().claim("acr", "0"))).detail()).isEqualTo("acr \"0\" (expected one of mfa)");
        assertThat(((PortalStep.SignedIn) signIn(claims().claim("acr", "mfa")))
                        .identity()
                        .proofs())
                .containsExactly(Identity.Proof.MULTI_FACTOR);
    }

    @Test
    void signingOutGoesToTheIdentityProviderAndBack() {
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) signIn(claims());
        var uri = mechanism
                .signOut(signedIn.session(), java.net.URI.create("https://gw.example.test/signedout"))
                .orElseThrow();

        assertThat(uri.toString()).startsWith(idp.issuer() + "/logout?");
        assertThat(query(uri))
                .containsEntry("post_logout_redirect_uri", "https://gw.example.test/signedout")
                .containsEntry("client_id", "gatehouse")
                .containsEntry(
                        "id_token_hint", signedIn.session().hint().orElseThrow().text())
                .hasEntrySatisfying("state", state -> assertThat(state).hasSize(43));
    }

    @Test
    void whereNobodyCanSignOutNobodyIsSentThere() throws Exception {
        idp.discovery.remove("end_session_endpoint");
        open();
        PortalStep.SignedIn signedIn = (PortalStep.SignedIn) signIn(claims());
        assertThat(mechanism.signOut(signedIn.session(), CALLBACK)).isEqualTo(Optional.empty());
    }

    @Test
    void noTextHoldsASecret() {
        PortalStep.Detour detour = Fixtures.begin(mechanism);
        assertThat(detour.toString()).doesNotContain(detour.state().text().split(" ", -1)[2]);
        PortalStep signedIn = signIn(claims());
        assertThat(signedIn.toString()).doesNotContain("eyJ");
        assertThat(mechanism.toString()).isEqualTo("OidcPortalMechanism[idp]");
    }
}
