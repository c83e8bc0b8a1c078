package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.jetty.admin.UserControl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserEndingTest {
    private static final NamedAccount ALICE = NamedAccount.ofKey("corp\\alice", Domains.NONE);

    private final List<String> ended = new ArrayList<>();

    private UserEnding.Part part(String name, String broken) {
        return (account, until, why) -> {
            if (name.equals(broken)) {
                throw new IllegalStateException(name);
            }
            ended.add(name + until.map(then -> " until " + then).orElse(""));
            return new UserEnding.Result(1, name.equals("tickets") && broken.equals("disk") ? "no space" : "");
        };
    }

    private UserEnding ending(String broken) {
        return new UserEnding(
                part("tunnels", broken),
                part("sessions", broken),
                part("tokens", broken),
                part("tickets", broken),
                part("grants", broken),
                (_, _) -> 1);
    }

    private UserControl.Ended end(String broken) {
        return ending(broken).end(AccountScope.everywhere(ALICE), "removed");
    }

    @Test
    void tokensTicketsAndGrantsComeLast() {
        assertThat(end("none").problems()).isEmpty();
        assertThat(ended).containsExactly("tunnels", "sessions", "tokens", "tickets", "grants");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tunnels", "sessions", "tokens", "tickets", "grants"})
    void aPartThatFailsKeepsNoneOfTheOthersFromEndingAndIsTold(String broken) {
        assertThat(end(broken).problems()).singleElement().asString().contains(broken);
        assertThat(ended).hasSize(4).doesNotContain(broken);
    }

    @Test
    void whatIsNotKeptIsTold() {
        UserControl.Ended told = end("disk");
        assertThat(told.problems()).containsExactly("no space");
        assertThat(told.deviceTickets()).isOne();
    }

    @Test
    void theEndOfAUserBeforeTheStartIsTheEndOfWhatOutlivesAStart() {
        ending("none").endUntil(ALICE, Instant.EPOCH, "removed");
        assertThat(ended)
                .containsExactly(
                        "tokens until 1970-01-01T00:00:00Z",
                        "tickets until 1970-01-01T00:00:00Z",
                        "grants until 1970-01-01T00:00:00Z");
    }
}
