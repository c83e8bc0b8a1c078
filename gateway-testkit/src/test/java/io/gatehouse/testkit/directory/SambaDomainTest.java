package io.gatehouse.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The domain itself, asked by the tools of MIT and OpenLDAP. */
@Timeout(120)
class SambaDomainTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        Preload.assumeFakeTime();
    }

    @Test
    void userGetsATicketForTheService() {
        KerberosCache alice = SHARED.domain().client().kinit(SambaDomain.ALICE);
        assertThat(alice.kvno("HTTP/gw.ad.test")).isPositive();
        assertThat(alice.klist()).contains("HTTP/gw.ad.test@AD.TEST", "aes256-cts-hmac-sha1-96");
    }

    @Test
    void accountsAreRefusedForTheirOwnReasons() {
        KerberosClient client = SHARED.domain().client();
        assertThat(client.tryKinit("alice", "wrong").output()).contains("Password incorrect");
        assertThat(client.tryKinit("nobody", "any").output()).contains("not found in Kerberos database");
        assertThat(refusal(SambaDomain.DISABLED)).contains("credentials have been revoked");
        assertThat(refusal(SambaDomain.EXPIRED)).contains("credentials have been revoked");
        assertThat(refusal(SambaDomain.MUST_CHANGE)).contains("Password expired");
        assertThat(client.tryKinit(SambaDomain.UMLAUT.name(), SambaDomain.UMLAUT.password())
                        .output())
                .doesNotContain("kinit:");
    }

    @Test
    void wrongPasswordsAreCountedAndLockTheAccount() {
        SambaDomain domain = SHARED.domain();
        TestAccount account = SambaDomain.LOCKABLE;
        domain.client().tryKinit(account.name(), "wrong");
        assertThat(domain.badPasswordCount(account)).isOne();
        domain.client().kinit(account);
        assertThat(domain.badPasswordCount(account)).isZero();

        domain.setLockoutThreshold(2);
        try {
            domain.client().tryKinit(account.name(), "wrong");
            domain.client().tryKinit(account.name(), "wrong");
            assertThat(refusal(account)).contains("credentials have been revoked");
            domain.unlock(account);
            domain.client().kinit(account);
        } finally {
            domain.setLockoutThreshold(999);
        }
    }

    @Test
    void keytabsHoldTheKeysOfServiceAndMachine() {
        SambaDomain domain = SHARED.domain();
        assertThat(keytab(domain.serviceKeytab()))
                .contains("HTTP/gw.ad.test@AD.TEST (aes256-cts-hmac-sha1-96)", "HTTP/localhost@AD.TEST (aes128-cts");
        assertThat(keytab(domain.machineKeytab()))
                .contains("GW1$@AD.TEST (aes256-cts-hmac-sha1-96)", "GW1$@AD.TEST (DEPRECATED:arcfour-hmac)");
        Command.of(
                        "kinit",
                        "-k",
                        "-t",
                        domain.machineKeytab().toString(),
                        "-c",
                        folder.fresh("cc").toString(),
                        "GW1$")
                .withEnvironment(domain.client().environment())
                .runOrThrow(folder);
        domain.client().kinit(SambaDomain.MACHINE_2);
    }

    @Test
    void simpleBindsNeedTls() {
        assertThat(bind("ldap://" + SHARED.domain().host()).output()).contains("Strong(er) authentication required");
        assertThat(bind("ldap://" + SHARED.domain().host(), "-ZZ").output()).contains("sAMAccountName: alice");
        assertThat(bind("ldaps://" + SHARED.domain().host()).output())
                .contains("sAMAccountName: alice", "memberOf: CN=RDP Users,");
    }

    @Test
    void groupsAreNested() {
        SambaDomain domain = SHARED.domain();
        assertThat(domain.attribute(SambaDomain.BOB, "memberOf")).startsWith("CN=Team,");
        assertThat(domain.attribute(new TestAccount("Team", ""), "memberOf")).startsWith("CN=RDP Admins,");
    }

    @Test
    void sidsAreThoseOfTheDomain() {
        SambaDomain domain = SHARED.domain();
        String administrator = domain.sid("Administrator");
        assertThat(administrator).startsWith("S-1-5-21-").endsWith("-500");
        assertThat(domain.sid("RDP Users"))
                .startsWith(administrator.substring(0, administrator.lastIndexOf('-')))
                .isNotEqualTo(domain.sid("Team"));
    }

    @Test
    void memberOfManyGroupsHasALargeTicket() throws IOException {
        KerberosCache crowd = SHARED.domain().client().kinit(SambaDomain.CROWD);
        long before = Files.size(crowd.file());
        crowd.kvno("HTTP/gw.ad.test");
        assertThat(Files.size(crowd.file()) - before).isGreaterThan(8 * 1024);
    }

    @Test
    @SuppressWarnings("BanJNDI") // the name server is ours
    void nameServerKnowsTheDomainController() throws NamingException {
        Properties environment = new Properties();
        environment.setProperty("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.setProperty(
                "java.naming.provider.url", "dns://" + SHARED.domain().host());
        InitialDirContext dns = new InitialDirContext(environment);
        Attributes service = dns.getAttributes("_ldap._tcp.ad.test", new String[] {"SRV"});
        assertThat(service.get("SRV").get().toString()).endsWith(" 389 dc1.ad.test.");
        Attributes host = dns.getAttributes("dc1.ad.test", new String[] {"A"});
        assertThat(host.get("A").get()).isEqualTo(SHARED.domain().host());
        dns.close();
    }

    @Test
    void twoDomainsRunAtOnceAndOneHangsEndsAndComesBack() {
        try (SambaDomain domain = SambaDomain.start(folder)) {
            assertThat(domain.address()).isNotEqualTo(SHARED.domain().address());

            domain.pause();
            Command slow = Command.of("ldapsearch", "-x", "-H", "ldap://" + domain.host(), "-s", "base")
                    .within(Duration.ofSeconds(2));
            assertThatThrownBy(() -> slow.run(folder)).hasMessageContaining("not done after 2 s");
            domain.resume();
            domain.client().kinit(SambaDomain.ALICE);

            domain.stop();
            assertThat(domain.client()
                            .tryKinit("alice", SambaDomain.ALICE.password())
                            .output())
                    .contains("Cannot contact any KDC");
            domain.restart();
            domain.client().kinit(SambaDomain.ALICE);
            SHARED.domain().client().kinit(SambaDomain.ALICE);
        }
    }

    @Test
    void ticketIsRefusedWhenTheClocksDiffer() {
        KerberosCache alice = SHARED.domain().client().kinit(SambaDomain.ALICE);
        assertThat(alice.withClockAhead(Duration.ofMinutes(-3)).kvno("HTTP/gw.ad.test"))
                .isPositive();
        KerberosCache late = alice.withClockAhead(Duration.ofMinutes(6));
        assertThatThrownBy(() -> late.kvno("HTTP/localhost")).hasMessageContaining("Clock skew too great");
    }

    private String refusal(TestAccount account) {
        return SHARED.domain()
                .client()
                .tryKinit(account.name(), account.password())
                .output();
    }

    private String keytab(Path file) {
        return Command.of("klist", "-k", "-e", file.toString()).runOrThrow(folder);
    }

    private Command.Result bind(String url, String... more) {
        String[] connection = {
            "ldapsearch",
            "-LLL",
            "-x",
            "-H",
            url,
            "-D",
            "alice@ad.test",
            "-w",
            SambaDomain.ALICE.password(),
            "-b",
            SambaDomain.BASE_DN
        };
        String[] command = Stream.of(connection, more, new String[] {"(sAMAccountName=alice)"})
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        return Command.of(command)
                .withEnvironment(
                        Map.of("LDAPTLS_CACERT", SHARED.domain().caCertificate().toString()))
                .run(folder);
    }
}
