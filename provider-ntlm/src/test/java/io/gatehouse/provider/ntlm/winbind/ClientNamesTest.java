package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientNamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"alice", "alice@ad.test", "ümläut", "-u", "O'Neill", "alice.b-c_d$", "李", "Jo Ann"})
    void namesOfAccountsPass(String user) {
        assertThat(ClientNames.of(user, "ADTEST")).contains(new ClientNames(user, "ADTEST"));
        assertThat(ClientNames.of(user, "")).contains(new ClientNames(user, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "ADTEST\\alice",
                "a/b",
                "a\nUsername: bob",
                "a\0",
                "a\u2028b",
                "a\u202Eb",
                "\uD800",
                "a=b",
                "a,b",
                "a*",
                "a:b"
            })
    void othersDoNot(String user) {
        assertThat(ClientNames.of(user, "ADTEST")).isEmpty();
        assertThat(user.isBlank() || ClientNames.of("alice", user).isEmpty()).isTrue();
    }

    /** Samba would cut it off, and ask for somebody else. */
    @Test
    void namesThatSambaWouldCutOffDoNotPass() {
        assertThat(ClientNames.of("ü".repeat(127), "")).isPresent();
        assertThat(ClientNames.of("ü".repeat(128), "")).isEmpty();
    }
}
