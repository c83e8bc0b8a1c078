package io.gatehouse.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server itself, asked by OpenLDAP's own tools. */
@Timeout(60)
class OpenLdapTest {
    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private OpenLdap server;

    @BeforeAll
    static void tools() {
        OpenLdap.assume();
    }

    @BeforeEach
    void start() {
        server = OpenLdap.start(folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void everyAccountBindsWithItsPasswordOnly() {
        for (TestAccount account : List.of(OpenLdap.ALICE, OpenLdap.BOB, OpenLdap.UMLAUT, OpenLdap.SPECIAL)) {
            assertThat(bind(account, account.password()).output()).contains("numEntries: 1");
            assertThat(bind(account, "wrong").output()).contains("Invalid credentials (49)");
        }
        assertThat(bind(OpenLdap.LOCKED, OpenLdap.LOCKED.password()).output()).contains("Invalid credentials (49)");
        assertThat(bind(OpenLdap.MUST_CHANGE, OpenLdap.MUST_CHANGE.password()).output())
                .contains("Operations are restricted to bind/unbind/abandon/StartTLS/modify password");
        assertThat(server.binds()).isEqualTo(10);
        assertThat(server.searches()).isEqualTo(5);
    }

    @Test
    void searcherSeesGroupsAndNobodySeesPasswords() {
        String[] searcher = {"-D", OpenLdap.SEARCHER_DN, "-w", OpenLdap.SEARCHER_PASSWORD};
        String bob = search(server.ldapsUrl(), searcher, "-b", OpenLdap.PEOPLE_DN, "(uid=bob)", "*", "memberOf")
                .output();
        assertThat(bob)
                .contains("memberOf: cn=team,ou=groups,dc=example,dc=test")
                .doesNotContain("userPassword");
        String admins = search(server.ldapsUrl(), searcher, "-b", OpenLdap.GROUPS_DN, "(cn=rdp-admins)")
                .output();
        assertThat(admins).contains("member: cn=team,ou=groups,dc=example,dc=test");
        assertThat(search(server.ldapsUrl(), new String[0], "-b", OpenLdap.BASE_DN)
                        .output())
                .contains("result: 32 No such object");
    }

    @Test
    void clientThatChecksTheCertificateTakesTheGoodOneOnly() {
        for (OpenLdap.Certificate certificate : OpenLdap.Certificate.values()) {
            server.use(certificate);
            boolean good = certificate == OpenLdap.Certificate.GOOD;
            assertThat(bind(server.ldapsUrl(), OpenLdap.ALICE, OpenLdap.ALICE.password())
                            .succeeded())
                    .as("ldaps with %s", certificate)
                    .isEqualTo(good);
            assertThat(bind(server.ldapUrl(), OpenLdap.ALICE, OpenLdap.ALICE.password(), "-ZZ")
                            .succeeded())
                    .as("StartTLS with %s", certificate)
                    .isEqualTo(good);
        }
        assertThat(server.binds()).isEqualTo(2);
    }

    @Test
    void tooManyWrongPasswordsLockTheAccount() {
        TestAccount account = OpenLdap.LOCKABLE;
        server.setLockoutThreshold(2);
        assertThat(bind(account, "wrong").succeeded()).isFalse();
        assertThat(bind(account, account.password()).succeeded()).isTrue();
        assertThat(bind(account, "wrong").succeeded()).isFalse();
        assertThat(bind(account, "wrong").succeeded()).isFalse();
        assertThat(bind(account, account.password()).succeeded()).isFalse();
    }

    @Test
    void twoServersRunAtOnceAndOneHangsEndsAndComesBack() {
        try (OpenLdap other = OpenLdap.start(folder)) {
            assertThat(other.address()).isNotEqualTo(server.address());
            other.pause();
            Command slow = Command.of("ldapsearch", "-x", "-H", other.ldapUrl(), "-s", "base")
                    .within(Duration.ofSeconds(2));
            assertThatThrownBy(() -> slow.run(folder)).hasMessageContaining("not done after 2 s");
            other.resume();
            other.stop();
            assertThat(bind(other.ldapUrl(), OpenLdap.ALICE, OpenLdap.ALICE.password())
                            .output())
                    .contains("Can't contact LDAP server");
            other.restart();
            assertThat(bind(other.ldapUrl(), OpenLdap.ALICE, OpenLdap.ALICE.password())
                            .succeeded())
                    .isTrue();
            assertThat(bind(OpenLdap.ALICE, OpenLdap.ALICE.password()).succeeded())
                    .isTrue();
        }
    }

    private Command.Result bind(TestAccount account, String password) {
        return bind(server.ldapsUrl(), account, password);
    }

    private Command.Result bind(String url, TestAccount account, String password, String... more) {
        String[] connection = {"-D", OpenLdap.dn(account), "-w", password};
        String[] rest = concat(more, "-s", "base", "-b", OpenLdap.BASE_DN, "(objectClass=*)", "o");
        return search(url, connection, rest);
    }

    private Command.Result search(String url, String[] connection, String... rest) {
        String[] command = {"ldapsearch", "-x", "-o", "ldif-wrap=no", "-H", url};
        return Command.of(concat(concat(command, connection), rest))
                .withEnvironment(Map.of("LDAPTLS_CACERT", server.caCertificate().toString()))
                .run(folder);
    }

    private static String[] concat(String[] first, String... second) {
        return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
    }
}
