package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.signin.RejectedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserNamesTest {
    private static final Domains DOMAINS =
            new Domains(List.of(new Domain("SKI", Optional.of("SKI.EXAMPLE"), List.of(), List.of(), List.of())));

    private static UserNames names() throws ProviderException {
        return UserNames.of(List.of("ski.example", "mit.test"), false, DOMAINS);
    }

    @Test
    void domainGoesByItsNameInTheConfiguration() throws Exception {
        assertThat(names().parse("alice@Ski.Example").domain()).contains("SKI");
        assertThat(names().parse("alice@MIT.test").domain()).contains("mit.test");
    }

    /** The dotless i is a letter of its own, and whoever registers such a domain has e-mail addresses there. */
    @ParameterizedTest
    @ValueSource(strings = {"alice@skı.example", "skı.example\\alice", "alice@mıt.test", "alice@mİt.test"})
    void domainThatOnlyLooksLikeAnotherIsRefused(String name) {
        assertThatThrownBy(() -> names().parse(name)).isInstanceOf(RejectedException.class);
    }
}
