package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.directory.TestAccount;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import io.gatehouse.testkit.target.SilentTarget;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's slapd. */
@Timeout(60)
class OpenLdapDirectoryTest {
    private static TestFolder folder;
    private static OpenLdap server;

    @BeforeAll
    static void start() {
        OpenLdap.assume();
        folder = new TestFolder();
        server = OpenLdap.start(folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            folder.close();
        }
    }

    private static LdapDirectory tls() throws Exception {
        return LdapDirectory.open(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()), Tables.EXAMPLE, Clock.systemUTC());
    }

    private static LdapDirectory startTls() throws Exception {
        return LdapDirectory.open(
                Tables.openLdap(server.caCertificate(), true, server.ldapUrl()), Tables.EXAMPLE, Clock.systemUTC());
    }

    @Test
    void passwordsAreRightOrWrong() throws Exception {
        try (LdapDirectory directory = tls()) {
            for (TestAccount account : List.of(OpenLdap.ALICE, OpenLdap.UMLAUT, OpenLdap.SPECIAL)) {
                String login = "EXAMPLE\\" + account.name();
                assertThat(Logins.confirmed(directory, login, account.password())
                                .name())
                        .isEqualTo(account.name());
                Logins.refused(directory, login, "wrong", Reason.BAD_CREDENTIALS, "wrong password");
            }
            DirectoryUser alice = Logins.confirmed(directory, "ALICE", OpenLdap.ALICE.password());
            assertThat(alice.name()).isEqualTo("alice");
            assertThat(alice.domain()).contains("EXAMPLE");
            assertThat(alice.upn()).contains("alice@EXAMPLE.TEST");
        }
    }

    @Test
    void groupsInGroupsCount() throws Exception {
        try (LdapDirectory directory = startTls()) {
            assertThat(Logins.confirmed(directory, OpenLdap.BOB).groups()).contains("team", "rdp-admins");
        }
    }

    @Test
    void groupsInGroupsCanBeLeftOut() throws Exception {
        LdapConfig direct = Tables.withSchema(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()),
                LdapConfig.Schema.GROUP_OF_NAMES,
                false,
                Optional.empty());
        try (LdapDirectory directory = LdapDirectory.open(direct, Tables.EXAMPLE, Clock.systemUTC())) {
            assertThat(Logins.confirmed(directory, OpenLdap.BOB).groups())
                    .contains("team")
                    .doesNotContain("rdp-admins");
        }
    }

    @Test
    void posixGroupsAreFoundByTheirMemberUid() throws Exception {
        LdapConfig posix = Tables.withSchema(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()),
                LdapConfig.Schema.POSIX,
                true,
                Optional.empty());
        try (LdapDirectory directory = LdapDirectory.open(posix, Tables.EXAMPLE, Clock.systemUTC())) {
            assertThat(Logins.confirmed(directory, OpenLdap.ALICE).groups()).containsExactly("staff");
        }
    }

    /**
     * Servers have limits of their own, 500 entries by default in OpenLDAP. A group that is left out could be the one
     * that restricts.
     */
    @Test
    void whoseGroupsAreTooManyToBeToldIsNotLetIn() throws Exception {
        StringBuilder ldif = new StringBuilder(person("crowd", "crowd"));
        for (int count = 0; count < 501; count++) {
            ldif.append("\ndn: cn=crowd-%d,%s\nchangetype: add\nobjectClass: groupOfNames\nmember: cn=crowd,%s\n"
                    .formatted(count, OpenLdap.GROUPS_DN, OpenLdap.PEOPLE_DN));
        }
        server.modify(ldif.toString());
        try (LdapDirectory directory = startTls()) {
            Logins.refused(directory, "crowd", "secret", Reason.UNAVAILABLE, "size limit exceeded");
        }
    }

    @Test
    void whoHasTwoNamesHasNone() throws Exception {
        server.modify(person("twofold", "twofold", "carol"));
        try (LdapDirectory directory = startTls()) {
            Logins.refused(directory, "twofold", "wrong", Reason.BAD_CREDENTIALS, "");
            Logins.refused(directory, "twofold", "secret", Reason.REFUSED, "not just one uid");
            Logins.refused(directory, "carol", "secret", Reason.REFUSED, "not just one uid");
        }
    }

    private static String person(String name, String... uids) {
        StringBuilder ldif = new StringBuilder(
                "dn: cn=%1$s,%2$s\nchangetype: add\nobjectClass: inetOrgPerson\ncn: %1$s\nsn: %1$s\nuserPassword: secret\n"
                        .formatted(name, OpenLdap.PEOPLE_DN));
        for (String uid : uids) {
            ldif.append("uid: ").append(uid).append('\n');
        }
        return ldif.toString();
    }

    @Test
    void furtherConditionKeepsOthersOut() throws Exception {
        LdapConfig only = Tables.withSchema(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()),
                LdapConfig.Schema.GROUP_OF_NAMES,
                true,
                Optional.of("(memberOf=cn=team," + OpenLdap.GROUPS_DN + ")"));
        try (LdapDirectory directory = LdapDirectory.open(only, Tables.EXAMPLE, Clock.systemUTC())) {
            Logins.confirmed(directory, OpenLdap.BOB);
            Logins.refused(
                    directory, OpenLdap.ALICE.name(), OpenLdap.ALICE.password(), Reason.NOT_KNOWN, "no such user");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "a*", "alice)(uid=*", "*)(uid=*))(|(uid=*", "alice\\29", "al\\69ce", "uid=alice", "(alice)"
            })
    void whatIsTypedStaysANameAndFindsNobody(String login) throws Exception {
        try (LdapDirectory directory = tls()) {
            Logins.refused(directory, login, OpenLdap.ALICE.password(), Reason.NOT_KNOWN, "");
        }
    }

    @Test
    void emptyPasswordIsRefusedWithoutAskingTheServer() throws Exception {
        try (LdapDirectory directory = tls()) {
            Logins.confirmed(directory, OpenLdap.ALICE);
            long before = server.binds();
            Logins.refused(directory, "alice", "", Reason.BAD_CREDENTIALS, "empty password");
            assertThat(server.binds()).isEqualTo(before);
        }
    }

    @Test
    void unknownUsersCostTheSameQuestions() throws Exception {
        try (LdapDirectory directory = tls()) {
            Logins.confirmed(directory, OpenLdap.ALICE);
            long binds = server.binds();
            long searches = server.searches();
            Logins.refused(directory, "alice", "wrong", Reason.BAD_CREDENTIALS, "wrong password");
            long bindsOfKnown = server.binds() - binds;
            long searchesOfKnown = server.searches() - searches;
            Logins.refused(directory, "nobody", "wrong", Reason.NOT_KNOWN, "no such user");
            assertThat(server.binds() - binds - bindsOfKnown)
                    .isEqualTo(bindsOfKnown)
                    .isPositive();
            assertThat(server.searches() - searches - searchesOfKnown)
                    .isEqualTo(searchesOfKnown)
                    .isPositive();
        }
    }

    @Test
    void passwordPolicyIsTold() throws Exception {
        try (LdapDirectory directory = tls()) {
            Logins.refused(directory, "locked", OpenLdap.LOCKED.password(), Reason.LOCKED, "the account is locked");
            Logins.refused(
                    directory, "mustchange", OpenLdap.MUST_CHANGE.password(), Reason.EXPIRED, "must be changed first");
        }
    }

    @Test
    void otherDomainIsNotThisDirectorys() throws Exception {
        try (LdapDirectory directory = tls()) {
            Logins.confirmed(directory, "example.test\\alice", OpenLdap.ALICE.password());
            Logins.refused(directory, "OTHER\\alice", OpenLdap.ALICE.password(), Reason.NOT_KNOWN, "another domain");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void badCertificatesAreRefusedAndExplained(boolean startTls) throws Exception {
        try (OpenLdap bad = OpenLdap.start(folder);
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(bad.caCertificate(), startTls, startTls ? bad.ldapUrl() : bad.ldapsUrl()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            explain(bad, directory, OpenLdap.Certificate.WRONG_NAME, "for another name");
            explain(bad, directory, OpenLdap.Certificate.EXPIRED, "expired");
            explain(bad, directory, OpenLdap.Certificate.UNTRUSTED, "not trusted");
            explain(bad, directory, OpenLdap.Certificate.FORGED, "not trusted");
            explain(bad, directory, OpenLdap.Certificate.ISSUED_BY_SERVER, "not trusted");
            bad.use(OpenLdap.Certificate.GOOD);
            Logins.confirmed(directory, OpenLdap.ALICE);
        }
    }

    private static void explain(
            OpenLdap bad, LdapDirectory directory, OpenLdap.Certificate certificate, String explanation) {
        bad.use(certificate);
        Logins.refused(directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, explanation);
        assertThat(bad.binds()).isZero();
    }

    @Test
    void nextServerIsAskedWhenTheFirstIsDead() throws Exception {
        try (LdapDirectory directory = LdapDirectory.open(
                Tables.openLdap(server.caCertificate(), false, "ldaps://" + server.host() + ":1", server.ldapsUrl()),
                Tables.EXAMPLE,
                Clock.systemUTC())) {
            Logins.confirmed(directory, OpenLdap.ALICE);
        }
    }

    @Test
    void serverThatWentAwayIsBackByItself() throws Exception {
        try (OpenLdap moody = OpenLdap.start(folder);
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(moody.caCertificate(), false, moody.ldapsUrl()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.confirmed(directory, OpenLdap.ALICE);
            moody.stop();
            Logins.refused(directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, moody.ldapsUrl());
            moody.restart();
            Logins.confirmed(directory, OpenLdap.ALICE);
        }
    }

    @Test
    void serverThatHangsCostsABoundedTime() throws Exception {
        try (OpenLdap moody = OpenLdap.start(folder);
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(moody.caCertificate(), false, moody.ldapsUrl()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.confirmed(directory, OpenLdap.ALICE);
            moody.pause();
            try {
                long start = System.nanoTime();
                Logins.refused(directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, "LDAP");
                // A bound, not a speed: an answer and a new connection may each use up the timeout.
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Tables.TIMEOUT.multipliedBy(4));
            } finally {
                moody.resume();
            }
            // It is left alone for some seconds, as it hung.
            assertThat(Wait.until(Duration.ofSeconds(30), () -> isConfirmed(directory)))
                    .isTrue();
        }
    }

    private static boolean isConfirmed(LdapDirectory directory) {
        Secret password = Secret.ofText(OpenLdap.ALICE.password());
        return directory.authenticate("alice", password) instanceof LdapLogin.Confirmed;
    }

    @Test
    void serverThatHangsDoesNotHoldUpEverySignIn() throws Exception {
        try (SilentTarget silent = new SilentTarget();
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(
                                server.caCertificate(), false, "ldaps://localhost:" + silent.port(), server.ldapsUrl()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.confirmed(directory, OpenLdap.ALICE);
            Logins.confirmed(directory, OpenLdap.BOB);
            assertThat(silent.accepted()).isEqualTo(1);
        }
        try (SilentTarget silent = new SilentTarget();
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(server.caCertificate(), true, "ldap://localhost:" + silent.port()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.refused(directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, "LDAP");
            Logins.refused(
                    directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, "not asked again so soon after");
            assertThat(silent.accepted()).isEqualTo(1);
        }
    }

    @Test
    void wrongPasswordOfTheSearcherIsExplained() throws Exception {
        LdapConfig good = Tables.openLdap(server.caCertificate(), false, server.ldapsUrl());
        LdapConfig wrong = new LdapConfig(
                good.urls(),
                false,
                false,
                good.ca(),
                good.bindDn(),
                Optional.of(Secret.ofText("wrong")),
                good.base(),
                good.schema(),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Tables.TIMEOUT,
                4);
        try (LdapDirectory directory = LdapDirectory.open(wrong, Tables.EXAMPLE, Clock.systemUTC())) {
            Logins.refused(
                    directory,
                    "alice",
                    OpenLdap.ALICE.password(),
                    Reason.UNAVAILABLE,
                    "the password of bind-dn is wrong");
        }
    }
}
