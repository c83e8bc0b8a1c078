package io.gatehouse.provider.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.jwt.Claims;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From claims to an identity. */
class ClaimIdentitiesTest {
    private static final String ISSUER = "https://id.example.test";

    private static Identity map(Map<String, Object> claims, String... lines) throws RejectedException {
        OidcConfig.Provider config =
                Fixtures.config(Fixtures.table(ISSUER, lines)).provider().getFirst();
        return map(config, claims);
    }

    private static Identity map(OidcConfig.Provider config, Map<String, Object> claims) throws RejectedException {
        JWTClaimsSet.Builder set = new JWTClaimsSet.Builder();
        claims.forEach(set::claim);
        return mapper(config).identity(new Claims(set.build(), Map.of()), OidcPortalMechanism.METHOD);
    }

    private static ClaimIdentities mapper(OidcConfig.Provider config) {
        try {
            return ClaimIdentities.of(config, Fixtures.DOMAINS);
        } catch (ProviderException wrong) {
            throw new AssertionError(wrong);
        }
    }

    private static Identity ofDomain(String user, String domains) throws RejectedException {
        OidcConfig.Provider config = Fixtures.config(
                        Fixtures.table(ISSUER, "domains = " + domains).replace("local-users = true", ""))
                .provider()
                .getFirst();
        return map(config, Map.of("preferred_username", user));
    }

    private static void assertRefused(String detail, Map<String, Object> claims, String... lines) {
        assertThatThrownBy(() -> map(claims, lines))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining(detail);
    }

    @Test
    void aUserWithoutDomainIsLocalOnlyWhereTheConfigurationSaysSo() throws RejectedException {
        assertThat(map(Map.of("preferred_username", "alice")).domain()).isEmpty();
        Identity alice = ofDomain("alice", "[\"corp.test\", \"example.test\"]");
        assertThat(alice.user()).isEqualTo("alice");
        assertThat(alice.domain()).contains("CORP");
        assertThat(alice.upn()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "alice@corp.test, CORP",
        "alice@AD.corp.TEST, CORP",
        "alice@corp, CORP",
        "CORP\\alice, CORP",
        "alice@Example.test, example.test"
    })
    void theDomainOfANameIsOneOfThoseThatTheConfigurationNames(String name, String domain) throws RejectedException {
        Identity alice = ofDomain(name, "[\"corp.test\", \"example.test\"]");
        assertThat(alice.user()).isEqualTo("alice");
        assertThat(alice.domain()).contains(domain);
        assertThat(alice.upn()).isEqualTo(name.contains("@") ? Optional.of(name) : Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice@evil.test",
                "EVIL\\alice",
                "alice@",
                "@corp.test",
                "\\alice",
                "CORP\\",
                "a@b@corp.test",
                "CORP\\alice@corp.test",
                "CORP\\x\\alice",
                "alice@corp.test ",
                " alice",
                "alice\u0000",
                "alice\u202e",
                "a\u2028b"
            })
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> ofDomain(name, "[\"corp.test\"]")).isInstanceOf(RejectedException.class);
    }

    @Test
    void aNameWithADomainIsNoLocalUser() {
        assertRefused(
                "user \"alice@evil.test\" is of the domain \"evil.test\" (expected one of domains: none)",
                Map.of("preferred_username", "alice@evil.test"));
    }

    @Test
    void anAddressCountsOnlyWhenItIsVerified() throws RejectedException {
        String[] lines = {"user-claim = \"email\"", "domains = [\"corp.test\"]"};
        assertRefused("(email_verified)", Map.of("email", "alice@corp.test"), lines);
        assertRefused("(email_verified)", Map.of("email", "alice@corp.test", "email_verified", false), lines);
        assertRefused("(email_verified)", Map.of("email", "alice@corp.test", "email_verified", "yes"), lines);
        assertThat(map(Map.of("email", "alice@corp.test", "email_verified", true), lines)
                        .domain())
                .contains("CORP");
        assertThat(map(Map.of("email", "alice@corp.test", "email_verified", "true"), lines)
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void anAddressInsideAnotherClaimIsVerifiedThere() throws RejectedException {
        String[] lines = {"user-claim = \"attributes.email\"", "domains = [\"corp.test\"]"};
        Map<String, Object> untold = Map.of("email", "alice@corp.test");
        assertRefused("(attributes.email_verified)", Map.of("attributes", untold, "email_verified", true), lines);
        assertThat(map(Map.of("attributes", Map.of("email", "alice@corp.test", "email_verified", true)), lines)
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void groupsAreFoundUnderPathsAndUnderNamesWithDots() throws RejectedException {
        Map<String, Object> claims = Map.of(
                "preferred_username",
                "alice",
                "groups",
                List.of("a", "b"),
                "one",
                "single",
                "https://corp.test/groups",
                List.of("c"),
                "resource_access",
                Map.of("gate.house", Map.of("roles", List.of("d"))));
        assertThat(map(claims, "groups-claim = \"groups\"").groups()).containsExactlyInAnyOrder("a", "b");
        assertThat(map(claims, "groups-claim = \"one\"").groups()).containsExactly("single");
        assertThat(map(claims, "groups-claim = \"https://corp.test/groups\"").groups())
                .containsExactly("c");
        assertThat(map(claims, "groups-claim = \"resource_access.gate.house.roles\"")
                        .groups())
                .containsExactly("d");
        assertThat(map(claims).groups()).isEmpty();
    }

    @Test
    void groupsThatAreMissingOrOddRefuseEverything() throws RejectedException {
        String claim = "groups-claim = \"groups\"";
        Map<String, Object> alice = Map.of("preferred_username", "alice");
        assertRefused("the token has no claim \"groups\"; it has: preferred_username", alice, claim);
        for (Object odd : List.of(7, Map.of("a", "b"), List.of(List.of("a")), List.of("a", Map.of()))) {
            assertRefused("group", Map.of("preferred_username", "alice", "groups", odd), claim);
        }
        assertRefused(
                "2001 groups (expected at most 2000)",
                Map.of(
                        "preferred_username",
                        "alice",
                        "groups",
                        IntStream.range(0, 2001)
                                .mapToObj(number -> "g" + number)
                                .toList()),
                claim);
        assertThat(map(Map.of("preferred_username", "alice", "groups", List.of()), claim)
                        .groups())
                .isEmpty();
    }

    /**
     * None of these can be named by a rule, so that none can be missing where a rule restricts; a number is the name
     * that is written.
     */
    @Test
    void oddGroupsBesideOthersAreTakenOrLeftOut() throws RejectedException {
        List<Object> odd = new ArrayList<>(List.of("", " ", "staff", 7, 8.0, true, "a\nb", " lab "));
        odd.add(null);
        assertThat(map(Map.of("preferred_username", "alice", "groups", odd), "groups-claim = \"groups\"")
                        .groups())
                .containsExactlyInAnyOrder("staff", "7", "8", "true", "lab");
    }

    @Test
    void aNullClaimIsLikeNoneAndANumberIsSaidToBeOne() throws RejectedException {
        Map<String, Object> none = new HashMap<>(Map.of("preferred_username", "alice"));
        none.put("groups", null);
        assertRefused(
                "the token has no claim \"groups\"; it has: preferred_username", none, "groups-claim = \"groups\"");
        assertThat(map(none, "groups-claim = \"groups\"", "groups-optional = true")
                        .groups())
                .isEmpty();
        assertRefused(
                "the claim \"preferred_username\" is a number (expected text)", Map.of("preferred_username", 12345));
    }

    @Test
    void aMissingClaimIsNoGroupOnlyWhereTheConfigurationSaysSo() throws RejectedException {
        String[] lines = {"groups-claim = \"groups\"", "groups-optional = true"};
        Map<String, Object> alice = Map.of("preferred_username", "alice");
        assertThat(map(alice, lines).groups()).isEmpty();
        assertRefused("no list", Map.of("preferred_username", "alice", "groups", 7), lines);
        assertRefused(
                "more groups than the token has room for",
                Map.of("preferred_username", "alice", "_claim_names", Map.of("groups", "src1")),
                lines);
        assertRefused(
                "more groups than the token has room for",
                Map.of("preferred_username", "alice", "hasgroups", true),
                lines);
    }

    @Test
    void tooManyGroupsForTheTokenOfEntraAreExplained() {
        Map<String, Object> overage = Map.of(
                "preferred_username",
                "alice",
                "_claim_names",
                Map.of("groups", "src1"),
                "_claim_sources",
                Map.of("src1", Map.of("endpoint", "https://graph.windows.net/…/getMemberObjects")));
        assertRefused(
                "the user is in more groups than the token has room for, so the identity provider left out the claim"
                        + " \"groups\" (_claim_names)",
                overage,
                "groups-claim = \"groups\"");
        assertRefused(
                "more groups than the token has room for",
                Map.of("preferred_username", "alice", "hasgroups", true),
                "groups-claim = \"groups\"");
    }

    @Test
    void requiredClaimsMustBeThere() throws RejectedException {
        String[] lines = {
            "require = [{ claim = \"hd\", values = [\"corp.test\"] }, { claim = \"a.b\", values = [\"1\", \"2\"] }]"
        };
        Map<String, Object> nested = Map.of("b", List.of(3, 2));
        assertThat(map(Map.of("preferred_username", "alice", "hd", "corp.test", "a", nested), lines)
                        .user())
                .isEqualTo("alice");
        assertRefused("the claim \"hd\" is not", Map.of("preferred_username", "alice", "hd", "evil.test"), lines);
        assertRefused("the token has no claim \"hd\"", Map.of("preferred_username", "alice"), lines);
    }

    @Test
    void severalFactorsAreWhatTheConfigurationCallsSo() throws RejectedException {
        String[] lines = {"multi-factor-amr = [\"otp\", \"hwk\"]", "multi-factor-acr = [\"gold\"]"};
        assertThat(map(Map.of("preferred_username", "a", "amr", List.of("pwd", "otp")), lines)
                        .proofs())
                .isEqualTo(Set.of(Proof.MULTI_FACTOR));
        assertThat(map(Map.of("preferred_username", "a", "acr", "gold"), lines).proofs())
                .isEqualTo(Set.of(Proof.MULTI_FACTOR));
        assertThat(map(Map.of("preferred_username", "a", "amr", List.of("pwd"), "acr", "1"), lines)
                        .proofs())
                .isEmpty();
        assertThat(map(Map.of("preferred_username", "a", "amr", List.of("otp"))).proofs())
                .isEmpty();
    }
}
