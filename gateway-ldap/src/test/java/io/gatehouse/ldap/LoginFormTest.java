package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginFormTest {
    private static final Optional<Domain> CORP = Optional.of(
            new Domain("CORP", Optional.of("CORP.EXAMPLE.COM"), List.of("example.com"), List.of(), List.of()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "CORP\\alice",
                "corp\\alice",
                "corp.example.com\\alice",
                "example.com\\alice",
                "alice@corp.example.com",
                "alice@EXAMPLE.COM"
            })
    void everyNameOfTheDomainMeansItsAccount(String login) {
        assertThat(LoginForm.read(login, CORP).flatMap(LoginForm::account)).contains("alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "OTHER\\alice",
                "CORP\\",
                "\\alice",
                "@example.com",
                "alice@",
                "a\0b",
                "a\nb",
                "a\u202eb"
            })
    void otherDomainsAndNoNamesAreNobody(String login) {
        assertThat(LoginForm.read(login, CORP)).isEmpty();
    }

    @Test
    void suffixOfItsOwnIsAUserPrincipalNameOnly() {
        assertThat(LoginForm.read("alice@mail.test", CORP))
                .contains(new LoginForm(Optional.empty(), Optional.of("alice@mail.test")));
    }

    @Test
    void withoutADomainNoNameHasOneInFront() {
        assertThat(LoginForm.read("CORP\\alice", Optional.empty())).isEmpty();
        assertThat(LoginForm.read("alice", Optional.empty())).isPresent();
    }

    @Test
    void endlessNameIsNobody() {
        assertThat(LoginForm.read("a".repeat(257), CORP)).isEmpty();
    }
}
