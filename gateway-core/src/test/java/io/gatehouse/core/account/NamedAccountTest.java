package io.gatehouse.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamedAccountTest {
    private static final Domains DOMAINS = new Domains(List.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of("brand.example"), List.of(), List.of()),
            new Domain("LAB", Optional.of("LAB.EXAMPLE.COM"), List.of(), List.of(), List.of())));

    private static Identity identity(String user, String domain, String upn) {
        return new Identity(
                "any",
                "any",
                user,
                Optional.of(domain).filter(text -> !text.isEmpty()),
                Optional.of(upn).filter(text -> !text.isEmpty()),
                Set.of(),
                Set.of(),
                Set.of());
    }

    private static NamedAccount named(String name) {
        return ((Parsed.Valid<NamedAccount>) NamedAccount.parse(name, DOMAINS)).value();
    }

    /** CORP\\asmith, whose user principal name is J\u00f6rg.Smith@brand.example, in the spellings that sign her in. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "asmith",
                "ASmith",
                "CORP\\asmith",
                "corp\\ASMITH",
                "corp.example.com\\asmith",
                "asmith@corp.example.com",
                "asmith@CORP",
                "J\u00f6rg.Smith@brand.example",
                "j\u00f6rg.smith@BRAND.example",
                "Jo\u0308rg.Smith@brand.example",
                "J\u00f6rg.Smith@corp.example.com",
                "CORP\\J\u00f6rg.Smith",
                "j\u00f6rg.smith",
            })
    void everySpellingWithWhichAUserSignsInNamesThem(String name) {
        assertThat(named(name).matches(identity("ASmith", "CORP", "J\u00f6rg.Smith@brand.example")))
                .isTrue();
        assertThat(named(name).matches(identity("asmith", "CORP", "jo\u0308rg.smith@BRAND.EXAMPLE")))
                .isTrue();
        assertThat(named(name).matches(identity("asmith", "LAB", ""))).isFalse();
        assertThat(named(name).matches(identity("bob", "CORP", "bob@brand.example")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "alice,                '',     true",
        "alice,                CORP,   true",
        "alice,                LAB,    false",
        ".\\alice,             '',     true",
        ".\\alice,             CORP,   false",
        "CORP\\alice,          '',     false",
        "LAB\\alice,           LAB,    true",
        "alice@lab.example.com, LAB,   true",
        "alice@lab.example.com, CORP,  false",
        "alice@other.example,  other.example, true",
        "alice@other.example,  CORP,   false",
    })
    void theDomainCounts(String name, String domain, boolean same) {
        assertThat(named(name).matches(identity("alice", domain, ""))).isEqualTo(same);
    }

    /** Whatever domain the account is of: nobody but the directory knows this suffix. */
    @Test
    void aPrincipalNameWithASuffixThatIsNotConfiguredNamesItsAccount() {
        assertThat(named("alice.smith@other.example").matches(identity("asmith", "CORP", "Alice.Smith@Other.example")))
                .isTrue();
        assertThat(named("alice.smith@lab.example.com")
                        .matches(identity("asmith", "CORP", "alice.smith@lab.example.com")))
                .as("another domain gives itself the name")
                .isFalse();
    }

    /** As identity providers call them whose users are the gateway's own. */
    @Test
    void anAccountThatIsCalledByItsPrincipalNameIsFound() {
        assertThat(named("Alice@corp.example.com").matches(identity("alice@corp.example.com", "", "")))
                .isTrue();
        assertThat(named("alice@other.example").matches(identity("alice@other.example", "", "")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, \\alice",
        "Alice, \\alice",
        "CORP\\Alice, corp\\alice",
        "corp.example.com\\alice, corp\\alice",
        "alice@brand.example, corp\\alice",
        "alice@elsewhere.example, elsewhere.example\\alice",
        ".\\alice, .\\alice",
    })
    void itsTextIsOneForAllNamesOfTheDomain(String name, String key) {
        assertThat(named(name).key()).isEqualTo(key);
        assertThat(NamedAccount.ofKey(key, DOMAINS)).isEqualTo(named(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " alice", "\\alice", "CORP\\", "@corp", "alice@", "a\nb", "A\\B\\c"})
    void whatIsNoNameIsRefused(String name) {
        assertThat(NamedAccount.parse(name, DOMAINS)).isInstanceOf(Parsed.Faulty.class);
        assertThat(NamedAccount.parse("a".repeat(513), DOMAINS)).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void anIdentityIsItsOwnAccountOnly() {
        Identity asmith = identity("asmith", "CORP", "alice@brand.example");
        AccountScope gone = AccountScope.atProvider(identity("alice", "CORP", ""));
        assertThat(gone.includes(asmith)).isFalse();
        assertThat(AccountScope.everywhere(asmith).includes(asmith)).isTrue();
    }
}
