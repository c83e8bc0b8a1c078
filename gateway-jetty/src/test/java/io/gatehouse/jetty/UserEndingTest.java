package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserEndingTest {
    private final List<String> ended = new ArrayList<>();

    private UserEnding.Part part(String name, String broken) {
        return (account, why) -> {
            if (name.equals(broken)) {
                throw new IllegalStateException(name);
            }
            ended.add(name);
            return 1;
        };
    }

    private void end(String broken) {
        new UserEnding(part("tunnels", broken), part("sessions", broken), part("tokens", broken), (_, _) -> 1)
                .end(AccountScope.everywhere(NamedAccount.ofKey("corp\\alice", Domains.NONE)), "removed");
    }

    @Test
    void tokensComeLast() {
        end("none");
        assertThat(ended).containsExactly("tunnels", "sessions", "tokens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tunnels", "sessions", "tokens"})
    void aPartThatFailsDoesNotKeepTheOthersFromEnding(String broken) {
        end(broken);
        assertThat(ended).hasSize(2).doesNotContain(broken);
    }
}
