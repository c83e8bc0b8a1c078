package io.gatehouse.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccountNamesTest {
    private static Identity account(String user, Optional<String> domain, String upn) {
        return new Identity("ad", "ntlm", user, domain, Optional.of(upn), Set.of(), Set.of(), Set.of());
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
}
