package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.text.AccountNames;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which groups satisfy which rules: a name without a domain is the gateway's own, whatever a provider tells. */
class RuleGroupsTest {
    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("corp.example.com"), List.of(), List.of(), List.of()),
            new Domain("PARTNER", Optional.of("partner.example.com"), List.of(), List.of(), List.of())));

    /** The table of a provider that has none. */
    public record NoSettings() {}

    /** The access of a user with one group, under a policy that names one. */
    private static boolean isCovered(String rule, Domains domains, Identity identity) {
        String text = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["other"]
                [[policy.rule]]
                name = "by group"
                groups = ['%s']
                targets = ["*"]
                """.formatted(rule);
        String tables = domains.all().stream()
                .map(domain -> "[[domain]]\nname = \"%s\"\nrealm = \"%s\"\n"
                        .formatted(domain.name(), domain.realm().orElseThrow()))
                .reduce("", String::concat);
        Configuration configuration = switch (ConfigurationLoader.load(
                tables + text,
                java.nio.file.Path.of("/nowhere"),
                Map.of("other", new ProviderTable(NoSettings.class, Set.of("other"))))) {
            case ConfigurationLoader.Loaded loaded -> loaded.configuration();
            case ConfigurationLoader.Invalid invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
        List<PolicyRule> rules = configuration.policyRules();
        return new io.gatehouse.core.policy.AccessPolicy(rules, _ -> false)
                        .decide(
                                io.gatehouse.core.policy.Requester.of(
                                        AccountNames.canonical(identity, domains),
                                        InetAddress.ofLiteral("192.0.2.77"),
                                        java.time.Instant.EPOCH),
                                "host.example.com",
                                3389,
                                _ -> List.of(InetAddress.ofLiteral("192.0.2.1")))
                instanceof io.gatehouse.core.policy.Access.Allow;
    }

    private static Identity told(String domain, String group) {
        return new Identity(
                "oidc",
                "oidc",
                "mallory",
                Optional.of(domain).filter(name -> !name.equals("-")),
                Optional.empty(),
                Set.of(group),
                Set.of(),
                Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        // Of the gateway itself, and of its own domain.
        "-, staff, staff, true",
        "CORP, staff, staff, true",
        "corp.example.com, STAFF, Staff, true",
        "CORP, staff, CORP\\staff, true",
        "CORP, staff, corp.example.com\\staff, true",
        "CORP, CORP\\staff, staff, true",
        "CORP, corp.example.com\\staff, CORP\\staff, true",
        // Of another domain.
        "PARTNER, staff, staff, false",
        "PARTNER, staff, PARTNER\\staff, true",
        "partner.example.com, staff, partner\\staff, true",
        "PARTNER, PARTNER\\staff, PARTNER\\staff, true",
        "ELSEWHERE, staff, staff, false",
        "ELSEWHERE, staff, elsewhere\\staff, true",
        // A backslash in a claim leads nowhere else.
        "PARTNER, CORP\\Domain Admins, CORP\\Domain Admins, false",
        "PARTNER, CORP\\Domain Admins, Domain Admins, false",
        "PARTNER, CORP\\Domain Admins, PARTNER\\CORP\\Domain Admins, true",
        "PARTNER, \\staff, staff, false",
        "PARTNER, \\staff, \\staff, false",
        "-, PARTNER\\staff, PARTNER\\staff, false",
        "-, CORP\\staff, staff, false",
        "-, CORP\\staff, CORP\\staff, false",
        "-, PARTNER\\staff, \\PARTNER\\staff, true",
        "CORP, PARTNER\\staff, PARTNER\\staff, false",
        "CORP, PARTNER\\staff, CORP\\PARTNER\\staff, true",
    })
    void aGroupIsOneOfTheDomainOfItsUser(String domain, String group, String rule, boolean covered) {
        assertThat(isCovered(rule, DOMAINS, told(domain, group))).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "staff, staff, true",
        "CORP\\staff, staff, true",
        "PARTNER\\staff, staff, false",
        "PARTNER\\staff, partner.example.com\\staff, true",
        "staff, PARTNER\\staff, false",
    })
    void aBackEndThatKnowsTheDomainOfEachGroupIsBelieved(String group, String rule, boolean covered) {
        Identity validated = told("PARTNER", "none").withGroupsAsInRules(Set.of(group));
        assertThat(isCovered(rule, DOMAINS, validated)).isEqualTo(covered);
    }

    @Test
    void withoutAConfiguredDomainAPlainNameIsAGroupOfTheGatewayOnly() {
        assertThat(isCovered("staff", Domains.NONE, told("-", "staff"))).isTrue();
        assertThat(isCovered("staff", Domains.NONE, told("CORP", "staff"))).isFalse();
        assertThat(isCovered("CORP\\staff", Domains.NONE, told("CORP", "staff")))
                .isTrue();
    }

    /**
     * As file names of macOS and some directories come: an o with a combining mark, where the rule has one character.
     */
    @Test
    void composedAndDecomposedLettersAreTheSame() {
        assertThat(isCovered("B\u00fcro", DOMAINS, told("-", "Bu\u0308ro"))).isTrue();
        assertThat(isCovered("Bu\u0308ro", DOMAINS, told("CORP", "B\u00dcRO"))).isTrue();
    }

    /** Tokens carry the names that rules have; reading them again changes nothing. */
    @Test
    void makingNamesCanonicalTwiceIsTheSameAsOnce() {
        for (String group : List.of("staff", "CORP\\x", "\\x", "PARTNER\\PARTNER\\x", "x\\")) {
            for (String domain : List.of("-", "CORP", "PARTNER")) {
                Identity once = AccountNames.canonical(told(domain, group), DOMAINS);
                assertThat(AccountNames.canonical(once, DOMAINS)).isEqualTo(once);
            }
        }
    }
}
