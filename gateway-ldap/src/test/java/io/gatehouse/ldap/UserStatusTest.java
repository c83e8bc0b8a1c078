package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real OpenLDAP tells about users without their passwords. */
class UserStatusTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);

    private TestFolder folder;
    private OpenLdap server;
    private LdapDirectory directory;

    @BeforeEach
    void start() throws Exception {
        OpenLdap.assume();
        folder = new TestFolder();
        server = OpenLdap.start(folder);
        directory = LdapDirectory.open(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()), Tables.EXAMPLE, CLOCK);
    }

    @AfterEach
    void stop() {
        if (directory != null) {
            directory.close();
        }
        if (server != null) {
            server.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    private Optional<AccountStatus> status(String user) {
        return status(user, Optional.of("EXAMPLE"));
    }

    private Optional<AccountStatus> status(String user, Optional<String> domain) {
        return directory.status(
                Identity.local("local", "basic", user, Set.of(), Set.of()).withDomain(domain));
    }

    private static Optional<AccountStatus> in(String... groups) {
        return Optional.of(
                AccountStatus.Active.in(new Membership(Set.of(groups), Identity.GroupNames.OF_THE_DOMAIN, Set.of())));
    }

    private void person(String name, String more) {
        server.modify("""
                dn: uid=%1$s,%2$s
                changetype: add
                objectClass: inetOrgPerson
                %3$scn: %1$s
                sn: %1$s
                uid: %1$s
                """.formatted(name, OpenLdap.PEOPLE_DN, more));
    }

    @Test
    void aUserHasTheGroupsOfNow() {
        assertThat(status("alice")).isEqualTo(in("rdp-users", "staff"));
        server.modify("""
                dn: cn=team,%s
                changetype: modify
                add: member
                member: %s
                """.formatted(OpenLdap.GROUPS_DN, OpenLdap.dn(OpenLdap.ALICE)));
        assertThat(status("ALICE")).isEqualTo(in("rdp-users", "staff", "team", "rdp-admins"));
    }

    @Test
    void whoWasRemovedIsNotKnown() {
        person("carol", "");
        assertThat(status("carol")).isEqualTo(in());
        server.modify("dn: uid=carol," + OpenLdap.PEOPLE_DN + "\nchangetype: delete\n");
        assertThat(status("carol")).isEmpty();
        assertThat(status("*")).isEmpty();
    }

    /** A user who may write name attributes could take the name of another one. */
    @Test
    void whoSharesANameWithAnotherEntryIsNotGone() {
        person("erin", "");
        person("frank", "uid: erin\n");
        assertThat(status("erin")).contains(new AccountStatus.Unavailable("several entries have the name of the user"));
    }

    @Test
    void whoWasDisabledOrHasExpiredIsGone() {
        assertThat(status(OpenLdap.LOCKED.name()))
                .contains(new AccountStatus.Gone("the account is disabled in the directory"));
        person("dave", "objectClass: shadowAccount\nshadowExpire: 20786\n");
        assertThat(status("dave"))
                .contains(new AccountStatus.Gone("the account expired in the directory at 2026-11-29T00:00:00Z"));
    }

    /** OpenLDAP lets such a user bind: {@code shadowExpire} is for whoever asks it. */
    @Test
    void whoHasExpiredDoesNotSignInEither() {
        String entry = "objectClass: shadowAccount\nuserPassword: Correct-Horse-7\nshadowExpire: %d\n";
        person("dave", entry.formatted(20786));
        person("doris", entry.formatted(20787));

        assertThat(directory.authenticate("dave", Secret.ofText("Correct-Horse-7")))
                .isEqualTo(new LdapLogin.Refused(
                        Reason.LOCKED, "the account expired in the directory at 2026-11-29T00:00:00Z"));
        assertThat(directory.authenticate("dave", Secret.ofText("wrong")))
                .as("whoever does not know the password learns nothing")
                .isEqualTo(new LdapLogin.Refused(Reason.BAD_CREDENTIALS, "wrong password"));
        assertThat(directory.authenticate("doris", Secret.ofText("Correct-Horse-7")))
                .isInstanceOf(LdapLogin.Confirmed.class);
    }

    @Test
    void whoMustChangeThePasswordOrWasGuessedAtIsNot() {
        TestAccount victim = OpenLdap.LOCKABLE;
        server.setLockoutThreshold(2);
        for (int i = 0; i < 3; i++) {
            directory.authenticate(victim.name(), Secret.ofText("wrong"));
        }
        assertThat(directory.authenticate(victim.name(), Secret.ofText(victim.password())))
                .isInstanceOf(LdapLogin.Refused.class);

        assertThat(status(victim.name())).isEqualTo(in("staff"));
        assertThat(status(OpenLdap.MUST_CHANGE.name())).isEqualTo(in("staff"));
    }

    @Test
    void usersOfOtherDomainsAreNotKnown() {
        assertThat(status("alice", Optional.of("OTHER"))).isEmpty();
        assertThat(status("alice", Optional.empty())).isEmpty();
    }

    @Test
    void aDirectoryThatDoesNotAnswerTellsNothing() {
        server.stop();
        assertThat(status("alice")).get().isInstanceOf(AccountStatus.Unavailable.class);
    }
}
