package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.SearchResultEntry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountFlagsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private static SearchResultEntry entry(String attribute, String value) {
        return new SearchResultEntry("cn=alice", List.of(new Attribute(attribute, value)));
    }

    @ParameterizedTest
    @CsvSource({
        "userAccountControl, 514",
        "userAccountControl, 66050",
        "nsAccountLock, TRUE",
        "loginDisabled, true",
        "pwdAccountLockedTime, 000001010000Z"
    })
    void anAdministratorDisabledIt(String attribute, String value) {
        assertThat(AccountFlags.problem(entry(attribute, value), NOW))
                .contains("the account is disabled in the directory");
    }

    @ParameterizedTest
    @CsvSource({
        "accountExpires, 134403840000000000, 2026-11-29T00:00:00Z",
        "shadowExpire, 20786, 2026-11-29T00:00:00Z",
        "krbPrincipalExpiration, 20261129120000Z, 2026-11-29T12:00:00Z"
    })
    void itsTimeIsOver(String attribute, String value, String since) {
        assertThat(AccountFlags.problem(entry(attribute, value), NOW))
                .contains("the account expired in the directory at " + since);
    }

    /** Wrong passwords lock accounts for a while; that must not end the work of their owners. */
    @ParameterizedTest
    @CsvSource({
        "userAccountControl, 512",
        "userAccountControl, 528",
        "lockoutTime, 134084832000000000",
        "pwdAccountLockedTime, 20261129115900Z",
        "nsAccountLock, FALSE",
        "accountExpires, 0",
        "accountExpires, 9223372036854775807",
        "accountExpires, 134419392000000000",
        "shadowExpire, -1",
        "shadowExpire, 20787",
        "krbPrincipalExpiration, 20261129120001Z",
        "krbPrincipalExpiration, tomorrow",
        "userAccountControl, many"
    })
    void nothingForbidsIt(String attribute, String value) {
        assertThat(AccountFlags.problem(entry(attribute, value), NOW)).isEmpty();
    }

    @Test
    void anEntryThatTellsNothingForbidsNothing() {
        assertThat(AccountFlags.problem(entry("uid", "alice"), NOW)).isEmpty();
    }
}
