package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.directory.TestAccount;

/** What tests ask of a directory. */
final class Logins {
    private Logins() {}

    static DirectoryUser confirmed(LdapDirectory directory, String login, String password) {
        return switch (directory.authenticate(login, Secret.ofText(password))) {
            case LdapLogin.Confirmed(DirectoryUser user) -> user;
            case LdapLogin.Refused(Reason reason, String detail) -> throw new AssertionError(reason + ": " + detail);
        };
    }

    static DirectoryUser confirmed(LdapDirectory directory, TestAccount account) {
        return confirmed(directory, account.name(), account.password());
    }

    static void refused(LdapDirectory directory, String login, String password, Reason reason, String detail) {
        assertThat(directory.authenticate(login, Secret.ofText(password)))
                .isInstanceOfSatisfying(LdapLogin.Refused.class, refused -> {
                    assertThat(refused.detail()).contains(detail);
                    assertThat(refused.reason()).isEqualTo(reason);
                });
    }
}
