package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which groups users of Debian's slapd are in: none may be missed, since a rule with it may be one that restricts. */
@Timeout(60)
class MemberGroupsTest {
    private static final String PASSWORD = "secret";

    private static TestFolder folder;
    private static OpenLdap server;

    @BeforeAll
    static void start() {
        OpenLdap.assume();
        folder = new TestFolder();
        server = OpenLdap.start(folder);
        server.modify(posixGroup("readers", 5001)
                + posixGroup("editors", 5002, "carol", "erin")
                + posixGroup("others", 5003, "carolina")
                + person("Carol", 5001)
                + person("dave", 5999)
                + person("erin", 5001));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
            folder.close();
        }
    }

    private static String person(String name, int group) {
        return """

                dn: uid=%1$s,%2$s
                changetype: add
                objectClass: inetOrgPerson
                objectClass: posixAccount
                cn: %1$s
                sn: %1$s
                uidNumber: 7000
                gidNumber: %3$d
                homeDirectory: /nonexistent
                userPassword: secret
                """.formatted(name, OpenLdap.PEOPLE_DN, group);
    }

    private static String posixGroup(String name, int number, String... members) {
        StringBuilder ldif =
                new StringBuilder("\ndn: cn=%s,%s\nchangetype: add\nobjectClass: posixGroup\ngidNumber: %d\n"
                        .formatted(name, OpenLdap.GROUPS_DN, number));
        for (String member : members) {
            ldif.append("memberUid: ").append(member).append('\n');
        }
        return ldif.toString();
    }

    private static LdapDirectory directory(LdapConfig.Schema schema, String groupBase) throws Exception {
        LdapConfig config = Tables.withGroupBase(
                Tables.openLdap(server.caCertificate(), false, server.ldapsUrl()), Optional.of(groupBase));
        return LdapDirectory.open(
                Tables.withSchema(config, schema, true, Optional.empty()), Tables.EXAMPLE, Clock.systemUTC());
    }

    private static LdapDirectory posix() throws Exception {
        return directory(LdapConfig.Schema.POSIX, OpenLdap.GROUPS_DN);
    }

    @Test
    void primaryGroupOfAPosixAccountCounts() throws Exception {
        try (LdapDirectory directory = posix()) {
            assertThat(Logins.confirmed(directory, "erin", PASSWORD).groups())
                    .containsExactlyInAnyOrder("readers", "editors");
        }
    }

    /** {@code uid} is compared without case, so the user of the group is who signs in. */
    @Test
    void memberUidIsComparedAsUidIs() throws Exception {
        try (LdapDirectory directory = posix()) {
            assertThat(Logins.confirmed(directory, "carol", PASSWORD).groups())
                    .containsExactlyInAnyOrder("readers", "editors");
        }
    }

    @Test
    void numberWithoutAGroupIsNoGroup() throws Exception {
        try (LdapDirectory directory = posix()) {
            assertThat(Logins.confirmed(directory, "dave", PASSWORD).groups()).isEmpty();
        }
    }

    @Test
    void posixAccountWhosePrimaryGroupCannotBeReadIsNotLetIn() throws Exception {
        server.modify(person("frank", 5001));
        try (OpenLdap hidden = OpenLdap.start(folder, "access to attrs=gidNumber by * none");
                LdapDirectory directory = LdapDirectory.open(
                        Tables.withSchema(
                                Tables.openLdap(hidden.caCertificate(), false, hidden.ldapsUrl()),
                                LdapConfig.Schema.POSIX,
                                true,
                                Optional.empty()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.refused(
                    directory, "alice", OpenLdap.ALICE.password(), Reason.UNAVAILABLE, "read gidNumber of users");
        }
    }

    @Test
    void primaryGroupAndItsGroupsCountBesideGroupsOfNames() throws Exception {
        server.modify("""

                dn: cn=publishers,%1$s
                changetype: add
                objectClass: groupOfNames
                member: cn=readers,%1$s
                """.formatted(OpenLdap.GROUPS_DN));
        try (LdapDirectory directory = directory(LdapConfig.Schema.GROUP_OF_NAMES, OpenLdap.GROUPS_DN)) {
            assertThat(Logins.confirmed(directory, "erin", PASSWORD).groups())
                    .containsExactlyInAnyOrder("readers", "publishers");
        }
    }

    @Test
    void groupsCanContainEachOther() throws Exception {
        server.modify(person("gina", 5999) + """

                dn: cn=egg,%1$s
                changetype: add
                objectClass: groupOfNames
                member: cn=hen,%1$s
                member: uid=gina,%2$s

                dn: cn=hen,%1$s
                changetype: add
                objectClass: groupOfNames
                member: cn=egg,%1$s
                """.formatted(OpenLdap.GROUPS_DN, OpenLdap.PEOPLE_DN));
        try (LdapDirectory directory = directory(LdapConfig.Schema.GROUP_OF_NAMES, OpenLdap.GROUPS_DN)) {
            assertThat(Logins.confirmed(directory, "gina", PASSWORD).groups()).containsExactlyInAnyOrder("egg", "hen");
        }
    }

    /** A rule may name the group by either of them. */
    @Test
    void everyNameOfAGroupCounts() throws Exception {
        server.modify(person("henry", 5999) + """

                dn: cn=contractors,%1$s
                changetype: add
                objectClass: groupOfNames
                cn: contractors
                cn: external staff
                member: uid=henry,%2$s
                """.formatted(OpenLdap.GROUPS_DN, OpenLdap.PEOPLE_DN));
        try (LdapDirectory directory = directory(LdapConfig.Schema.GROUP_OF_NAMES, OpenLdap.GROUPS_DN)) {
            assertThat(Logins.confirmed(directory, "henry", PASSWORD).groups())
                    .containsExactlyInAnyOrder("contractors", "external staff");
        }
    }

    @Test
    void groupWithoutAReadableNameIsNotPassedOver() throws Exception {
        try (OpenLdap hidden = OpenLdap.start(
                        folder, "access to dn.subtree=\"" + OpenLdap.GROUPS_DN + "\" attrs=cn by * none");
                LdapDirectory directory = LdapDirectory.open(
                        Tables.openLdap(hidden.caCertificate(), false, hidden.ldapsUrl()),
                        Tables.EXAMPLE,
                        Clock.systemUTC())) {
            Logins.refused(
                    directory,
                    "alice",
                    OpenLdap.ALICE.password(),
                    Reason.UNAVAILABLE,
                    "may the bind-dn read cn of the group cn=rdp-users," + OpenLdap.GROUPS_DN);
        }
    }

    @Test
    void groupsThatAreOnAnotherServerAreNotPassedOver() throws Exception {
        String base = "ou=federated," + OpenLdap.BASE_DN;
        server.modify("""

                dn: %1$s
                changetype: add
                objectClass: organizationalUnit

                dn: ou=branch,%1$s
                changetype: add
                objectClass: referral
                objectClass: extensibleObject
                ou: branch
                ref: ldap://branch.example.test/ou=branch,%1$s
                """.formatted(base));
        try (LdapDirectory names = directory(LdapConfig.Schema.GROUP_OF_NAMES, base);
                LdapDirectory posix = directory(LdapConfig.Schema.POSIX, base)) {
            Logins.refused(names, "erin", PASSWORD, Reason.UNAVAILABLE, "ldap://branch.example.test/");
            Logins.refused(posix, "erin", PASSWORD, Reason.UNAVAILABLE, "ldap://branch.example.test/");
        }
    }
}
