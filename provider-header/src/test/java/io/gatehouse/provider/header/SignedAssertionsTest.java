package io.gatehouse.provider.header;

import static io.gatehouse.provider.header.Providers.accepted;
import static io.gatehouse.provider.header.Providers.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.testkit.provider.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Assertions of the four vendors, right and wrong in every way that their documents tell to look at. */
class SignedAssertionsTest {
    private static final String KID = "9d7a1b1e-6c1a-4c53-8f44-2a86a2f3d1aa";
    private static final Map<Vendor, Signer> SIGNERS = new EnumMap<>(Vendor.class);
    private static final Map<Vendor, Signer> STRANGERS = new EnumMap<>(Vendor.class);

    private final KeyServer server = new KeyServer();
    private final TestClock clock = new TestClock();

    @AfterEach
    void stop() {
        server.close();
    }

    private static Signer signer(Vendor vendor) {
        return SIGNERS.computeIfAbsent(vendor, each -> each.signer(KID));
    }

    private AssertionMechanism mechanism(Vendor vendor, String... more) throws Exception {
        server.publish("/jwks", signer(vendor).jwks());
        server.publish("/alb/" + KID, signer(vendor).pem());
        String keys = server.address(vendor == Vendor.ALB ? "/alb" : "/jwks");
        return Providers.mechanisms(vendor.table(keys) + String.join("\n", more), clock)
                .getFirst();
    }

    private String joseHeader(Vendor vendor) {
        return vendor.joseHeader(KID, clock.instant());
    }

    private String claims(Vendor vendor) {
        return vendor.claims(clock.instant());
    }

    private String good(Vendor vendor) {
        return vendor.assertion(signer(vendor), joseHeader(vendor), claims(vendor));
    }

    private static Optional<Outcome> assess(AssertionMechanism mechanism, Vendor vendor, String assertion) {
        return mechanism.assess(Requests.fromProxy(vendor.header, assertion));
    }

    @ParameterizedTest
    @EnumSource
    void whatTheVendorSignsIsBelieved(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);

        Identity alice = accepted(assess(mechanism, vendor, good(vendor)));

        assertThat(alice.user()).isEqualTo("alice");
        assertThat(alice.domain()).contains("example.org");
        assertThat(alice.upn()).contains("alice@example.org");
        assertThat(alice.groups()).isEqualTo(vendor == Vendor.POMERIUM ? Set.of("staff", "lab") : Set.of());
        assertThat(alice.method()).isEqualTo("assertion");
        assertThat(mechanism.assess(Requests.fromProxy("Cookie", "CF_Authorization=x")))
                .isEmpty();
        accepted(assess(mechanism, vendor, good(vendor)));
        assertThat(server.requests()).as("fetched once").hasSize(1);
    }

    @Test
    void theAssertionOfALoadBalancerIsPadded() {
        assertThat(good(Vendor.ALB)).contains("=.").endsWith("==");
    }

    @ParameterizedTest
    @EnumSource
    void anotherKeyUnderTheSameIdIsRefused(Vendor vendor) throws Exception {
        Signer stranger = STRANGERS.computeIfAbsent(vendor, each -> each.signer(KID));
        refuses(
                vendor,
                vendor.assertion(stranger, joseHeader(vendor), claims(vendor)),
                Reason.BAD_CREDENTIALS,
                "the signature is not one of key \"" + KID + "\"");
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatTheSignerDoesNotHaveIsRefused(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        accepted(assess(mechanism, vendor, good(vendor)));
        Signer stranger = STRANGERS.computeIfAbsent(vendor, each -> each.signer(KID));
        String forged =
                vendor.assertion(stranger, vendor.joseHeader("00000000-dead-beef", clock.instant()), claims(vendor));

        assertThat(rejected(assess(mechanism, vendor, forged)))
                .isEqualTo(new Outcome.Rejected(
                        Reason.BAD_CREDENTIALS,
                        "the signer has no key \"00000000-dead-beef\" for " + vendor.algorithm));
    }

    @ParameterizedTest
    @EnumSource
    void theIssuerMustBeTheVendor(Vendor vendor) throws Exception {
        String claims = claims(vendor).replaceAll("\"iss\":\"[^\"]*\"", "\"iss\":\"https://evil.example\"");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor), claims),
                Reason.NOT_FOR_US,
                vendor == Vendor.ALB
                        ? "iss \"https://evil.example https://idp.example\" (expected"
                        : "iss \"https://evil.example\" (expected");
        String none = claims(vendor).replaceAll(",?\"iss\":\"[^\"]*\"", "");
        String noneInHeader = joseHeader(vendor).replaceAll(",\"iss\":\"[^\"]*\"", "");
        refuses(vendor, vendor.assertion(signer(vendor), noneInHeader, none), Reason.NOT_FOR_US, "iss \"\" (expected");
    }

    @ParameterizedTest
    @EnumSource
    void theAudienceMustBeThisPortal(Vendor vendor) throws Exception {
        String header = joseHeader(vendor).replace("client-1", "client-2");
        String claims = claims(vendor)
                .replace("32eafc7626", "42eafc7626")
                .replace("{\"aud\":\"/projects/1234567890", "{\"aud\":\"/projects/1234567891")
                .replace("\"aud\":\"portal.example.org\"", "\"aud\":\"other.example.org\"");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), header, claims),
                Reason.NOT_FOR_US,
                vendor == Vendor.ALB ? "client \"client-2\" (expected \"client-1\")" : "aud \"");
        String none = claims(vendor).replaceAll("\"aud\":(\\[[^]]*]|\"[^\"]*\"),", "");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor).replace("\"client\":\"client-1\",", ""), none),
                Reason.NOT_FOR_US,
                "aud \"\" (expected");
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredAssertionIsRefused(Vendor vendor) throws Exception {
        String assertion = good(vendor);
        AssertionMechanism mechanism = mechanism(vendor);
        clock.advance(Duration.ofSeconds(149));
        accepted(assess(mechanism, vendor, assertion));
        clock.advance(Duration.ofSeconds(1));
        assertThat(rejected(assess(mechanism, vendor, assertion)))
                .isEqualTo(new Outcome.Rejected(Reason.EXPIRED, "the assertion expired 30s ago"));
        String endless = claims(vendor).replaceAll(",?\"exp\":[0-9]+", "");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor).replaceAll(",\"exp\":[0-9]+", ""), endless),
                Reason.MALFORMED,
                "the assertion does not expire (exp)");
    }

    @ParameterizedTest
    @EnumSource
    void anOldAssertionIsRefusedWhateverItsExpiry(Vendor vendor) throws Exception {
        String far = "\"exp\":" + (clock.instant().getEpochSecond() + 100_000);
        String assertion = vendor.assertion(
                signer(vendor),
                joseHeader(vendor).replaceAll("\"exp\":[0-9]+", far),
                claims(vendor).replaceAll("\"exp\":[0-9]+", far));
        if (vendor == Vendor.ALB) {
            refuses(vendor, assertion, Reason.REFUSED, "the assertion lives for 27h 46m and does not say since when");
            return;
        }
        AssertionMechanism mechanism = mechanism(vendor);
        accepted(assess(mechanism, vendor, assertion));
        clock.advance(vendor == Vendor.CLOUDFLARE ? Duration.ofHours(24) : Duration.ofMinutes(10));
        accepted(assess(mechanism, vendor, assertion));
        clock.advance(Duration.ofSeconds(31));
        assertThat(rejected(assess(mechanism, vendor, assertion))).satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED);
            assertThat(refusal.detail())
                    .matches("the assertion is [0-9hms ]+ old \\(expected at most max-age, [0-9hms ]+\\)");
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ALB")
    void anAssertionOfTheFutureIsRefused(Vendor vendor) throws Exception {
        String claims = vendor.claims(clock.instant().plusSeconds(60));
        refuses(vendor, vendor.assertion(signer(vendor), joseHeader(vendor), claims), Reason.REFUSED, "1m 0s");
    }

    @ParameterizedTest
    @EnumSource
    void anUnsignedAssertionIsRefused(Vendor vendor) throws Exception {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String header = joseHeader(vendor).replace(vendor.algorithm, "none");
        String unsigned = encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(claims(vendor).getBytes(StandardCharsets.UTF_8)) + ".";
        refuses(vendor, unsigned, Reason.MALFORMED, "no signed JWT: ");
        String good = good(vendor);
        refuses(vendor, good.substring(0, good.lastIndexOf('.') + 1), Reason.MALFORMED, "no signed JWT: ");
        refuses(vendor, good.substring(0, good.lastIndexOf('.')), Reason.MALFORMED, "no signed JWT: ");
    }

    /** The public key is no secret: whoever signs with it by HMAC proves nothing. */
    @ParameterizedTest
    @EnumSource
    void aSharedKeyIsNoSignature(Vendor vendor) throws Exception {
        SignedJWT confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(KID)
                        .customParams(Map.of("signer", "x"))
                        .build(),
                JWTClaimsSet.parse(claims(vendor)));
        confused.sign(new MACSigner(signer(vendor).pem().getBytes(StandardCharsets.UTF_8)));
        refuses(
                vendor,
                confused.serialize(),
                Reason.REFUSED,
                "signature \"HS256\" (expected " + vendor.algorithm + ")");
    }

    @ParameterizedTest
    @EnumSource
    void anotherAlgorithmIsRefusedEvenWithAGoodSignature(Vendor vendor) throws Exception {
        Signer other = vendor.algorithm.equals("RS256") ? Signer.es256(KID) : Signer.rs256(KID, 2048);
        String name = vendor.algorithm.equals("RS256") ? "ES256" : "RS256";
        AssertionMechanism mechanism = mechanism(vendor);
        server.publish("/jwks", other.jwks());
        server.publish("/alb/" + KID, other.pem());
        String assertion = vendor.assertion(other, joseHeader(vendor).replace(vendor.algorithm, name), claims(vendor));

        assertThat(rejected(assess(mechanism, vendor, assertion)))
                .isEqualTo(new Outcome.Rejected(
                        Reason.REFUSED, "signature \"" + name + "\" (expected " + vendor.algorithm + ")"));
        assertThat(server.requests()).as("not worth a fetch").isEmpty();
    }

    @Test
    void anotherLoadBalancerIsRefused() throws Exception {
        Vendor alb = Vendor.ALB;
        String other = joseHeader(alb).replace("app/portal/", "app/mallory/");
        refuses(
                alb,
                alb.assertion(signer(alb), other, claims(alb)),
                Reason.NOT_FOR_US,
                "signer \"arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/mallory/50dc6c495c0c9188\"");
        String none = joseHeader(alb).replaceAll(",\"signer\":\"[^\"]*\"", "").replaceAll("\"signer\":\"[^\"]*\",", "");
        refuses(alb, alb.assertion(signer(alb), none, claims(alb)), Reason.NOT_FOR_US, "signer \"\" (expected");
    }

    @Test
    void theIdOfAKeyLeadsNowhereElse() throws Exception {
        Vendor alb = Vendor.ALB;
        server.publish("/evil", signer(alb).pem());
        AssertionMechanism mechanism = mechanism(alb);
        for (String kid : List.of("../evil", "..%2fevil", "x/../../evil", "?", "#", "a b", "")) {
            String assertion = alb.assertion(signer(alb), alb.joseHeader(kid, clock.instant()), claims(alb));
            assertThat(rejected(assess(mechanism, alb, assertion)).reason()).isIn(Reason.UNAVAILABLE, Reason.MALFORMED);
        }
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aSmallOrTamperedAssertionIsRefused(Vendor vendor) throws Exception {
        String good = good(vendor);
        AssertionMechanism mechanism = mechanism(vendor);
        List<String> broken = new ArrayList<>();
        for (int length = 0; length < good.replaceAll("=+$", "").length(); length += 37) {
            broken.add(good.substring(0, length));
        }
        int payload = good.indexOf('.') + 10;
        broken.add(
                good.substring(0, payload) + (good.charAt(payload) == 'A' ? 'B' : 'A') + good.substring(payload + 1));
        broken.add(good + "x".repeat(Assertions.LONGEST));
        for (String text : broken) {
            assertThat(assess(mechanism, vendor, text)).as(text).containsInstanceOf(Outcome.Rejected.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMissingNameIsRefused(Vendor vendor) throws Exception {
        String claims = claims(vendor).replace("\"email\":\"alice@example.org\",", "");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor), claims),
                Reason.REFUSED,
                "the assertion has no text in the claim \"email\"");
        String number = claims(vendor).replace("\"alice@example.org\"", "7");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor), number),
                Reason.REFUSED,
                "the assertion has no text in the claim \"email\"");
        String elsewhere = claims(vendor).replace("\"alice@example.org\"", "\"alice@evil.example\"");
        refuses(
                vendor,
                vendor.assertion(signer(vendor), joseHeader(vendor), elsewhere),
                Reason.REFUSED,
                "user \"alice@evil.example\" is of the domain \"evil.example\" (expected one of domains: example.org)");
    }

    @ParameterizedTest
    @EnumSource
    void anAddressThatNobodyVerifiedIsRefused(Vendor vendor) throws Exception {
        String denied =
                claims(vendor).replace("\"email_verified\":\"true\",", "").replace("{", "{\"email_verified\":false,");
        refuses(
                vendor,
                vendor.assertion(
                        signer(vendor),
                        joseHeader(vendor),
                        denied.replace("{\"email_verified\":false,\"access_levels", "{\"access_levels")),
                Reason.REFUSED,
                "the signer does not say that the e-mail address \"alice@example.org\" is verified (email_verified)");
        if (vendor == Vendor.ALB) {
            String untold = claims(vendor).replace("\"email_verified\":\"true\",", "");
            refuses(
                    vendor,
                    vendor.assertion(signer(vendor), joseHeader(vendor), untold),
                    Reason.REFUSED,
                    "the signer does not say that the e-mail address");
        }
    }

    /** Users of Google's Identity Platform sign up by themselves, with the address of anybody. */
    @Test
    void anAddressInsideAnotherClaimIsVerifiedThere() throws Exception {
        Vendor google = Vendor.GOOGLE;
        AssertionMechanism mechanism = mechanism(google, "user-claim = \"gcip.email\"\n");
        String outside = "{\"email_verified\":true,\"gcip\":{\"email\":\"bob@example.org\"";
        String verified = claims(google).replaceFirst("\\{", outside + ",\"email_verified\":true},");
        String denied = claims(google).replaceFirst("\\{", outside + ",\"email_verified\":false},");

        assertThat(accepted(assess(mechanism, google, google.assertion(signer(google), joseHeader(google), verified)))
                        .user())
                .isEqualTo("bob");
        assertThat(rejected(assess(mechanism, google, google.assertion(signer(google), joseHeader(google), denied)))
                        .detail())
                .endsWith("\"bob@example.org\" is verified (gcip.email_verified)");
        AssertionMechanism strict = mechanism(google, "user-claim = \"gcip.email\"\nemail-verified = \"required\"\n");
        String untold = claims(google).replaceFirst("\\{", outside + "},");
        assertThat(rejected(assess(strict, google, google.assertion(signer(google), joseHeader(google), untold)))
                        .reason())
                .isEqualTo(Reason.REFUSED);
    }

    @Test
    void severalSignersStandBesideEachOther() throws Exception {
        server.publish("/google", signer(Vendor.GOOGLE).jwks());
        server.publish("/pomerium", signer(Vendor.POMERIUM).jwks());
        List<AssertionMechanism> mechanisms = Providers.mechanisms(
                Vendor.GOOGLE.table(server.address("/google")) + Vendor.POMERIUM.table(server.address("/pomerium")),
                clock);

        assertThat(mechanisms).hasSize(1);
        for (Vendor vendor : List.of(Vendor.GOOGLE, Vendor.POMERIUM)) {
            accepted(assess(mechanisms.getFirst(), vendor, good(vendor)));
        }
        assertThat(rejected(mechanisms
                                .getFirst()
                                .assess(Requests.fromProxy(
                                        Vendor.GOOGLE.header, "x", Vendor.POMERIUM.header, good(Vendor.POMERIUM))))
                        .reason())
                .as("a bad assertion is not made good by another one")
                .isEqualTo(Reason.MALFORMED);
    }

    @Test
    void groupsMustBeAListOfNames() throws Exception {
        Vendor pomerium = Vendor.POMERIUM;
        String list = "[\"staff\",\"lab\"]";
        for (String wrong : List.of("7", "{}", "[[]]", "[\"staff\",{}]")) {
            String claims = claims(pomerium).replace(list, wrong);
            refuses(pomerium, pomerium.assertion(signer(pomerium), joseHeader(pomerium), claims), Reason.REFUSED, "");
        }
        String odd = pomerium.assertion(
                signer(pomerium), joseHeader(pomerium), claims(pomerium).replace(list, "[1,\"\",null,\"staff\"]"));
        assertThat(accepted(assess(mechanism(pomerium), pomerium, odd)).groups())
                .containsExactlyInAnyOrder("1", "staff");
        String none = pomerium.assertion(
                signer(pomerium), joseHeader(pomerium), claims(pomerium).replace("\"groups\":" + list + ",", ""));
        refuses(pomerium, none, Reason.REFUSED, "the assertion has no claim \"groups\"");
        assertThat(accepted(assess(mechanism(pomerium, "require-groups = false\n"), pomerium, none))
                        .groups())
                .isEmpty();
        String empty = pomerium.assertion(
                signer(pomerium), joseHeader(pomerium), claims(pomerium).replace(list, "[]"));
        assertThat(accepted(assess(mechanism(pomerium), pomerium, empty)).groups())
                .isEmpty();
    }

    @Test
    void aClaimMayBeAPath() throws Exception {
        Vendor google = Vendor.GOOGLE;
        AssertionMechanism mechanism = mechanism(google, "groups-claim = \"google.access_levels\"\n");
        assertThat(accepted(assess(mechanism, google, good(google))).groups())
                .containsExactly("accessPolicies/1/accessLevels/office");
    }

    @ParameterizedTest
    @EnumSource
    void strangersCannotBringAssertionsUnlessTheyMay(Vendor vendor) throws Exception {
        assertThat(rejected(mechanism(vendor).assess(Requests.fromStranger(vendor.header, good(vendor))))
                        .detail())
                .isEqualTo("header " + vendor.header
                        + " from 203.0.113.9 (expected a trusted proxy, or from-anywhere = true)");
        AssertionMechanism open = mechanism(vendor, "from-anywhere = true\n");
        accepted(open.assess(Requests.fromStranger(vendor.header, good(vendor))));
    }

    @ParameterizedTest
    @EnumSource
    void anAssertionComesOnceAndUnderItsName(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        String good = good(vendor);
        assertThat(rejected(mechanism.assess(Requests.fromProxy(vendor.header, good, vendor.header, good)))
                        .detail())
                .isEqualTo("header " + vendor.header + " came 2 times (expected once)");
        assertThat(rejected(mechanism.assess(Requests.fromProxy(vendor.header.replace('-', '_'), good)))
                        .detail())
                .contains("expected no other spelling of " + vendor.header);
        assertThat(rejected(mechanism.assess(Requests.fromProxy(vendor.header, "")))
                        .detail())
                .isEqualTo("header " + vendor.header + " is empty");
    }

    @Test
    void headersThatAskForMoreAreRefused() throws Exception {
        Vendor google = Vendor.GOOGLE;
        for (String more : List.of("\"crit\":[\"x\"],\"x\":1", "\"b64\":false,\"crit\":[\"b64\"]", "\"cty\":\"JWT\"")) {
            String header = joseHeader(google).replace("{", "{" + more + ",");
            assertThat(assess(mechanism(google), google, google.assertion(signer(google), header, claims(google))))
                    .as(more)
                    .containsInstanceOf(Outcome.Rejected.class);
        }
        String other = joseHeader(google).replace("\"typ\":\"JWT\"", "\"typ\":\"at+jwt\"");
        refuses(
                google,
                google.assertion(signer(google), other, claims(google)),
                Reason.REFUSED,
                "typ \"at+jwt\" (expected jwt)");
        String nameless = joseHeader(google).replace(",\"kid\":\"" + KID + "\"", "");
        refuses(
                google,
                google.assertion(signer(google), nameless, claims(google)),
                Reason.MALFORMED,
                "the assertion does not name its key (kid)");
    }

    @Test
    void aWeakKeyIsNoKey() throws Exception {
        Signer weak = Signer.rs256(KID, 1024);
        AssertionMechanism mechanism = mechanism(Vendor.CLOUDFLARE);
        server.publish("/jwks", weak.jwks());
        String assertion = weak.sign(joseHeader(Vendor.CLOUDFLARE), claims(Vendor.CLOUDFLARE));
        assertThat(rejected(assess(mechanism, Vendor.CLOUDFLARE, assertion)).reason())
                .isEqualTo(Reason.BAD_CREDENTIALS);
    }

    private void refuses(Vendor vendor, String assertion, Reason reason, String detail) throws Exception {
        assertThat(rejected(assess(mechanism(vendor), vendor, assertion))).satisfies(refusal -> {
            assertThat(refusal.detail()).contains(detail);
            assertThat(refusal.reason()).isEqualTo(reason);
        });
    }
}
