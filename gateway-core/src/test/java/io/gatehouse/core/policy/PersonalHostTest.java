package io.gatehouse.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalHostTest {
    private static PersonalHost host(String pattern) {
        return switch (PersonalHost.parse(pattern)) {
            case Parsed.Valid<PersonalHost>(PersonalHost host) -> host;
            case Parsed.Faulty<PersonalHost>(String problem) -> throw new AssertionError(problem);
        };
    }

    private static Identity account(String domain, String user) {
        return new Identity(
                "ntlm",
                "ntlm",
                user,
                Optional.of(domain).filter(name -> !name.isEmpty()),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    @ParameterizedTest
    @CsvSource({
        "pc-{user}.lab.test, Alice, pc-alice.lab.test",
        "{user}.lab.test, a-1, a-1.lab.test",
        "win11.lab.test, any.body at all, win11.lab.test",
        "10.1.2.3, alice, 10.1.2.3"
    })
    void theNameOfTheAccountStandsInTheHost(String pattern, String user, String expected) {
        assertThat(host(pattern).of(account("CORP", user)))
                .map(TargetName::host)
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b",
                "evil.example/",
                "x:22",
                "a b",
                "-a",
                "a-",
                "ä",
                "a_b",
                "{user}",
                "a\u0000",
                "127.0.0.1",
                "\u212Aate"
            })
    void aNameThatIsMoreThanPartOfALabelHasNoHost(String user) {
        assertThat(host("pc-{user}.lab.test").of(account("CORP", user))).isEmpty();
    }

    @Test
    void aNumberDoesNotBecomeAnAddress() {
        assertThat(host("{user}").of(account("CORP", "2130706433"))).isEmpty();
        assertThat(host("{user}").of(account("CORP", "0x7f000001"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{user}-{user}.test",
                "{users}.test",
                "a b",
                "",
                "{user}.0.0.1",
                "{USER}.test",
                "pc.{domain}.test",
                "{user}-{domain}.test",
                "{domain}{user}.test",
                "{user}.{domain}.{domain}.test"
            })
    void otherPatternsAreFaulty(String pattern) {
        assertThat(PersonalHost.parse(pattern)).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void theDomainOfTheAccountStandsInTheHostToo() {
        PersonalHost host = host("pc-{user}.{domain}.example.com");
        assertThat(host.of(account("CORP", "alice"))).map(TargetName::host).contains("pc-alice.corp.example.com");
        assertThat(host.of(account("PARTNER", "alice"))).map(TargetName::host).contains("pc-alice.partner.example.com");
        assertThat(host.of(account("", "alice"))).isEmpty();
        assertThat(host.of(account("a.b", "alice"))).isEmpty();
    }
}
