package io.gatehouse.core.policy;

import static io.gatehouse.core.policy.AccessPolicyTest.address;
import static io.gatehouse.core.policy.AccessPolicyTest.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small languages of rules: blocks, ports, users, groups, redirections. */
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
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        "::ffff:10.0.0.0/104, 10.9.9.9, true",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.0/23, 10.1.3.255, true",
        "10.1.2.0/23, 10.1.4.0, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::, false",
        "::/0, 10.0.0.1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
    })
    void blockContainsTheAddressesWithItsPrefix(String block, String literal, boolean inside) {
        assertThat(value(Cidr.parse(block)).contains(address(literal))).isEqualTo(inside);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, '\"10.0.0.0/33\": prefix 33 (expected 0 to 32)'",
        "::ffff:10.0.0.0/8, '\"::ffff:10.0.0.0/8\": prefix 8 (expected 96 to 128)'",
        "::/129, '\"::/129\": prefix 129 (expected 0 to 128)'",
        "10.0.0.0/, '\"10.0.0.0/\": prefix \"\" (expected a number)'",
        "10.0.0.0/-1, '\"10.0.0.0/-1\": prefix \"-1\" (expected a number)'",
        "10.0.0.0/8/8, '\"10.0.0.0/8/8\": prefix \"8/8\" (expected a number)'",
        "fd00::1/8, '\"fd00::1/8\": the address has bits beyond the prefix (expected \"fd00::/8\")'",
        "10/8, '\"10/8\" (expected an address or a block such as 10.1.0.0/16 or fd00::/8)'",
    })
    void malformedBlockIsRefused(String block, String problem) {
        assertThat(Cidr.parse(block)).isEqualTo(new Parsed.Faulty<>(problem));
    }

    @Test
    void portRangeIncludesBothEnds() {
        PortRange range = value(PortRange.parse("3390-3399"));
        assertThat(List.of(3389, 3390, 3399, 3400).stream().map(range::contains))
                .containsExactly(false, true, true, false);
        assertThat(value(PortRange.parse("*"))).isEqualTo(new PortRange(1, 65535));
        assertThat(PortRange.parse("65536")).isInstanceOf(Parsed.Faulty.class);
        assertThat(PortRange.parse("-5")).isInstanceOf(Parsed.Faulty.class);
    }

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
    void accountsAreComparedWithoutCaseAndByDomain() {
        assertThat(AccountNames.key(account("Alice", Optional.of("Corp"), "x@y")))
                .isEqualTo(AccountNames.key(account("ALICE", Optional.of("CORP"), "z@y")))
                .isNotEqualTo(AccountNames.key(account("alice", Optional.empty(), "x@y")))
                .isNotEqualTo(AccountNames.key(account("alice", Optional.of("LAB"), "x@y")))
                .isNotEqualTo(AccountNames.key(account("corp\\alice", Optional.empty(), "x@y")));
        assertThat(AccountNames.key(account("jo\u0308rg", Optional.empty(), "x@y")))
                .isEqualTo(AccountNames.key(account("J\u00d6RG", Optional.empty(), "x@y")));
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
        assertThat(forGroups("s-1-5-21-1-2-3-513").isFor(LAB_ALICE)).isTrue();
        assertThat(forGroups("s-1-5-32-544").isFor(LOCAL_ALICE)).isFalse();
        assertThat(forGroups("domain users").isFor(LAB_ALICE)).isTrue();
        assertThat(forGroups("staff").isFor(LAB_ALICE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"all, 40000000", "drive, 1", "printer, 2", "port, 4", "clipboard, 8", "pnp, 10"})
    void redirectionHasItsBit(String word, String hex) {
        assertThat(Integer.toHexString(value(Redirection.parse(word)).flag().bit()))
                .isEqualTo(hex);
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
