package io.gatehouse.core.policy;

import static io.gatehouse.core.policy.AccessPolicyTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How rules write users, groups and redirections. */
class PolicyTextTest {
    private static final Identity LOCAL_ALICE =
            Identity.local("local", "ntlm", "alice", Set.of("staff", "S-1-5-32-544"), Set.of());
    private static final Identity LAB_ALICE = new Identity(
            "ad",
            "kerberos",
            "Alice",
            Optional.of("LAB"),
            Optional.of("alice@lab.example.com"),
            Set.of("Domain Users"),
            Set.of("S-1-5-21-1-2-3-513"),
            Set.of());

    @ParameterizedTest
    @CsvSource({
        "alice, true, false",
        "ALICE, true, false",
        "bob, false, false",
        "LAB\\alice, false, true",
        "lab\\ALICE, false, true",
        "OTHER\\alice, false, false",
        "alice@LAB.EXAMPLE.COM, false, true",
        "alice@lab, false, true",
        "alice@other.example.com, false, false",
    })
    void userIsMatchedWithDomainAndWithoutCase(String name, boolean local, boolean lab) {
        AccountMatcher matcher = value(AccountPattern.parse(name)).in(Domains.NONE);
        assertThat(matcher.matches(LOCAL_ALICE)).isEqualTo(local);
        assertThat(matcher.matches(LAB_ALICE)).isEqualTo(lab);
    }

    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of("example.com"), List.of(), List.of()),
            new Domain("LAB", Optional.empty(), List.of(), List.of(), List.of())));

    private static Identity account(String user, Optional<String> domain, String upn) {
        return new Identity("ad", "ntlm", user, domain, Optional.of(upn), Set.of(), Set.of(), Set.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CORP\\alice",
                "corp.example.com\\Alice",
                "example.com\\alice",
                "alice@CORP.EXAMPLE.COM",
                "alice@corp",
                "alice@Example.Com"
            })
    void everyNameOfADomainMeansTheSameAccount(String name) {
        AccountMatcher matcher = value(AccountPattern.parse(name)).in(DOMAINS);
        Identity alice = account("ALICE", Optional.of("CORP"), "a.smith@example.com");
        assertThat(matcher.matches(alice)).isTrue();
        for (String method : List.of("ntlm", "kerberos", "basic")) {
            assertThat(matcher.matches(new Identity(
                            method,
                            method,
                            "alice",
                            Optional.of("CORP"),
                            Optional.empty(),
                            Set.of(),
                            Set.of(),
                            Set.of())))
                    .as(method)
                    .isTrue();
        }
        assertThat(matcher.matches(account("alice", Optional.of("LAB"), "x@example.com")))
                .isFalse();
        assertThat(matcher.matches(account("alice", Optional.empty(), "x@example.com")))
                .isFalse();
        assertThat(matcher.matches(account("bob", Optional.of("CORP"), "x@example.com")))
                .isFalse();
    }

    @Test
    void aPrincipalNameIsMatchedToo() {
        AccountMatcher matcher =
                value(AccountPattern.parse("A.Smith@example.com")).in(DOMAINS);
        assertThat(matcher.matches(account("alice", Optional.of("CORP"), "a.smith@EXAMPLE.com")))
                .isTrue();
        assertThat(matcher.matches(account("alice", Optional.of("CORP"), "a.smith@corp.example.com")))
                .as("another account may have this principal name")
                .isFalse();
    }

    @Test
    void noOtherDomainCanGiveAPrincipalNameOfAConfiguredDomain() {
        AccountMatcher matcher =
                value(AccountPattern.parse("alice@corp.example.com")).in(DOMAINS);
        assertThat(matcher.matches(account("mallory", Optional.of("PARTNER"), "alice@corp.example.com")))
                .isFalse();
        assertThat(matcher.matches(account("mallory", Optional.empty(), "alice@corp.example.com")))
                .isFalse();
    }

    @Test
    void aBareUserIsNobodyOfADomain() {
        AccountMatcher matcher = value(AccountPattern.parse("alice")).in(DOMAINS);
        assertThat(matcher.matches(LOCAL_ALICE)).isTrue();
        assertThat(matcher.matches(account("alice", Optional.of("CORP"), "alice@corp.example.com")))
                .isFalse();
    }

    @Test
    void caseIsIgnoredTheSameWayInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(value(AccountPattern.parse("ISIL"))
                            .in(Domains.NONE)
                            .matches(Identity.local("local", "ntlm", "isil", Set.of(), Set.of())))
                    .isTrue();
            assertThat(value(TargetName.parse("IIS.example.com")).host()).isEqualTo("iis.example.com");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "' '", "' alice'", "a\\b\\c", "\\alice", "LAB\\", "@lab", "alice@", "*", "'a\tb'"})
    void malformedUserNameIsRefused(String name) {
        assertThat(AccountPattern.parse(name)).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void sidMatchesVerifiedSidsOnly() {
        assertThat(isFor(forGroups("s-1-5-21-1-2-3-513"), LAB_ALICE)).isTrue();
        assertThat(isFor(forGroups("s-1-5-32-544"), LOCAL_ALICE)).isFalse();
        assertThat(isFor(forGroups("domain users"), LAB_ALICE)).isTrue();
        assertThat(isFor(forGroups("staff"), LAB_ALICE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"all, 40000000", "drive, 1", "printer, 2", "port, 4", "clipboard, 8", "pnp, 10"})
    void redirectionHasItsBit(String word, String hex) {
        assertThat(Integer.toHexString(value(Redirection.parse(word)).flag().bit()))
                .isEqualTo(hex);
    }

    private static boolean isFor(PolicyRule rule, Identity identity) {
        return rule.mismatch(AccessPolicyTest.requester(identity), Set.of()).isEmpty();
    }

    private static PolicyRule forGroups(String group) {
        return new PolicyRule(
                new Rule("x", Optional.empty(), Optional.empty()),
                List.of(),
                Set.of(group),
                Set.of(),
                List.of(new TargetPattern.Any()),
                List.of(new PortRange(1, 2)),
                0);
    }
}
