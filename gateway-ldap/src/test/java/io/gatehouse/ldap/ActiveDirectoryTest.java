package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's Samba as a domain controller, which refuses simple binds without encryption, as Windows does. */
@Timeout(120)
class ActiveDirectoryTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    private static SambaDomain domain() {
        return SHARED.domain();
    }

    private static LdapDirectory tls() throws Exception {
        return LdapDirectory.open(
                Tables.activeDirectory(domain().caCertificate(), false, "ldaps://" + domain().host()),
                Tables.ADTEST,
                Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "ALICE", "ADTEST\\alice", "ad.test\\alice", "alice@ad.test", "alice@AD.TEST"})
    void everyFormOfAUserNameIsTheSameUser(String login) throws Exception {
        try (LdapDirectory directory = tls()) {
            DirectoryUser alice = Logins.confirmed(directory, login, SambaDomain.ALICE.password());
            assertThat(alice.name()).isEqualTo("alice");
            assertThat(alice.domain()).contains("ADTEST");
            assertThat(alice.upn()).hasValueSatisfying(upn -> assertThat(upn).isEqualToIgnoringCase("alice@ad.test"));
            assertThat(alice.sids()).contains(domain().sid("alice"), domain().sid("RDP Users"));
        }
    }

    @Test
    void startTlsWorksToo() throws Exception {
        try (LdapDirectory directory = LdapDirectory.open(
                Tables.activeDirectory(domain().caCertificate(), true, "ldap://" + domain().host()),
                Tables.ADTEST,
                Clock.systemUTC())) {
            Logins.confirmed(directory, SambaDomain.UMLAUT);
        }
    }

    @Test
    void groupsInGroupsHaveTheirNames() throws Exception {
        try (LdapDirectory directory = tls()) {
            assertThat(Logins.confirmed(directory, SambaDomain.ALICE).groups()).contains("RDP Users");
            assertThat(Logins.confirmed(directory, SambaDomain.BOB).groups()).contains("Team", "RDP Admins");
        }
    }

    @Test
    void primaryGroupCountsWithAndWithoutGroupsInGroups() throws Exception {
        LdapConfig config = Tables.activeDirectory(domain().caCertificate(), false, "ldaps://" + domain().host());
        try (LdapDirectory nested = tls();
                LdapDirectory direct = LdapDirectory.open(
                        Tables.withBase(config, SambaDomain.BASE_DN, false), Tables.ADTEST, Clock.systemUTC())) {
            assertThat(Logins.confirmed(nested, SambaDomain.BOB).groups())
                    .containsExactlyInAnyOrder("Domain Users", "Team", "RDP Admins", "Users");
            DirectoryUser bob = Logins.confirmed(direct, SambaDomain.BOB);
            assertThat(bob.groups()).containsExactlyInAnyOrder("Domain Users", "Team");
            assertThat(bob.sids())
                    .containsExactlyInAnyOrder(domain().sid("bob"), domain().sid("Domain Users"), domain().sid("Team"));
        }
    }

    /** The user is below the base and the group is not. */
    @Test
    void groupsOutsideTheBaseHaveTheirNames() throws Exception {
        String people = "OU=people," + SambaDomain.BASE_DN;
        domain().modify("""
                dn: %1$s
                changetype: add
                objectClass: organizationalUnit

                dn: CN=zoe,%1$s
                changetype: add
                objectClass: user
                sAMAccountName: zoe
                userAccountControl: 512
                unicodePwd:: IgBaAG8AZQAuAFAAYQBzAHMAdwAwAHIAZAAiAA==
                """.formatted(people));
        LdapConfig config = Tables.activeDirectory(domain().caCertificate(), false, "ldaps://" + domain().host());
        try (LdapDirectory directory =
                LdapDirectory.open(Tables.withBase(config, people, true), Tables.ADTEST, Clock.systemUTC())) {
            assertThat(Logins.confirmed(directory, "zoe", "Zoe.Passw0rd").groups())
                    .contains("Domain Users");
        }
    }

    @Test
    void aThousandGroupsAreNoTrouble() throws Exception {
        try (LdapDirectory directory = tls()) {
            assertThat(Logins.confirmed(directory, SambaDomain.CROWD).groups())
                    .hasSizeGreaterThanOrEqualTo(SambaDomain.CROWD_GROUPS);
        }
    }

    @Test
    void refusalsSayWhy() throws Exception {
        try (LdapDirectory directory = tls()) {
            refused(directory, new TestAccount("alice", "wrong"), Reason.BAD_CREDENTIALS, "wrong password");
            refused(directory, new TestAccount("nobody", "wrong"), Reason.NOT_KNOWN, "no such user");
            refused(directory, SambaDomain.DISABLED, Reason.LOCKED, "disabled");
            refused(directory, SambaDomain.EXPIRED, Reason.LOCKED, "the account has expired");
            refused(directory, SambaDomain.MUST_CHANGE, Reason.EXPIRED, "must be changed");
        }
    }

    private static void refused(LdapDirectory directory, TestAccount account, Reason reason, String detail) {
        Logins.refused(directory, account.name(), account.password(), reason, detail);
    }

    @Test
    void machinesAreNoUsers() throws Exception {
        try (LdapDirectory directory = tls()) {
            refused(directory, SambaDomain.MACHINE, Reason.NOT_KNOWN, "no such user");
        }
    }

    @Test
    void clearTextIsRefusedByTheServerToo() throws Exception {
        LdapConfig clear = Tables.withUrls(
                Tables.activeDirectory(domain().caCertificate(), false),
                List.of("ldap://" + domain().host()),
                false,
                true);
        try (LdapDirectory directory = LdapDirectory.open(clear, Tables.ADTEST, Clock.systemUTC())) {
            Logins.refused(
                    directory,
                    "alice",
                    SambaDomain.ALICE.password(),
                    Reason.UNAVAILABLE,
                    "the server requires an encrypted connection");
        }
    }

    @Test
    void sidsHaveNames() throws Exception {
        try (LdapDirectory directory = tls()) {
            String users = domain().sid("RDP Users");
            assertThat(directory.namesOf(Set.of(users, "S-1-5-21-1-2-3-4", "no sid")))
                    .isEqualTo(new SidNames.Answer.Known(Map.of(users, "RDP Users")));
        }
    }
}
