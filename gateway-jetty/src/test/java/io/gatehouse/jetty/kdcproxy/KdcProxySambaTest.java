package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.KerberosThroughGateway;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.KerberosClient;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.SharedSambaDomain;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MIT's clients reach a domain controller of Active Directory through the gateway. */
@Timeout(180)
class KdcProxySambaTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        KerberosThroughGateway.assume();
    }

    private static TestGateway gateway(SambaDomain domain, String... keys) throws Exception {
        return TestGateway.start(TestGateway.RULE + """
                [[domain]]
                name = "ADTEST"
                realm = "ad.test"
                controllers = ["%s"]
                [kdc-proxy]
                realms = ["AD.TEST"]
                """.formatted(domain.host()) + String.join("\n", keys) + "\n");
    }

    private KerberosClient client(TestGateway gateway, SambaDomain domain) throws IOException {
        return client(gateway, domain, SambaDomain.REALM);
    }

    private KerberosClient client(TestGateway gateway, SambaDomain domain, String realm) throws IOException {
        return KerberosThroughGateway.client(folder, gateway, realm, domain.hosts());
    }

    @Test
    void ticketsComeThroughTheGateway() throws Exception {
        try (TestGateway gateway = gateway(SHARED.domain())) {
            KerberosClient client = client(gateway, SHARED.domain());
            KerberosCache alice = client.kinit(SambaDomain.ALICE);
            assertThat(alice.kvno("HTTP/gw.ad.test")).isPositive();
            client.kinit(SambaDomain.UMLAUT);
            assertThat(gateway.audit()).isEmpty();
        }
    }

    /** What a user types outside a domain: the NetBIOS name, or a name with a suffix. */
    @ParameterizedTest
    @CsvSource({"alice@ADTEST, -C", "alice@ad.test, -E"})
    void namesOfTheDomainAreAsGoodAsItsRealm(String name, String option) throws Exception {
        try (TestGateway gateway = gateway(SHARED.domain())) {
            KerberosClient client =
                    client(gateway, SHARED.domain(), name.endsWith("ADTEST") ? "ADTEST" : SambaDomain.REALM);
            Command.Result result = Command.of("kinit", option, "-c", "FILE:" + folder.fresh("cache"), name)
                    .withEnvironment(client.environment())
                    .withInput(SambaDomain.ALICE.password() + "\n")
                    .run(folder);
            assertThat(result.succeeded()).as(result.output()).isTrue();
        }
    }

    /** Tickets of a user in a thousand groups. */
    @Test
    void largeTicketsComeThrough() throws Exception {
        try (TestGateway gateway = gateway(SHARED.domain())) {
            KerberosCache crowd = client(gateway, SHARED.domain()).kinit(SambaDomain.CROWD);
            assertThat(crowd.kvno("HTTP/gw.ad.test")).isPositive();
        }
    }

    /** The controller's own count of wrong passwords stands still, so the account is not locked in the domain. */
    @Test
    void guessingStopsAtTheGateway() throws Exception {
        SambaDomain domain = SHARED.domain();
        try (TestGateway gateway = gateway(domain, "[limits]", "guesses-per-source = 3")) {
            KerberosClient client = client(gateway, domain);
            int before = domain.badPasswordCount(SambaDomain.LOCKABLE);
            for (int i = 0; i < 3; i++) {
                assertThat(client.tryKinit("lockable", "wrong" + i).output()).contains("Password incorrect");
            }
            int counted = domain.badPasswordCount(SambaDomain.LOCKABLE);
            assertThat(counted).isGreaterThan(before);
            for (int i = 0; i < 3; i++) {
                assertThat(client.tryKinit("lockable", "wrong" + i).output()).contains("revoked");
            }
            assertThat(domain.badPasswordCount(SambaDomain.LOCKABLE)).isEqualTo(counted);
        }
    }

    /** Somebody whose password has expired, at home, before they can sign in to anything. */
    @ParameterizedTest
    @ValueSource(strings = {"kinit", "kpasswd"})
    void passwordIsChangedThroughTheGateway(String program) throws Exception {
        try (SambaDomain domain = SambaDomain.start(folder);
                TestGateway gateway = gateway(domain)) {
            KerberosClient client = client(gateway, domain);
            Command.Result result = Command.of(program, "mustchange")
                    .withEnvironment(client.environment())
                    .withInput(SambaDomain.MUST_CHANGE.password() + "\nNew.Passw0rd.1\nNew.Passw0rd.1\n")
                    .run(folder);
            assertThat(result.succeeded()).as(result.output()).isTrue();
            client.kinit("mustchange", "New.Passw0rd.1");
        }
    }

    @Test
    void passwordIsNotChangedWhereThatIsOff() throws Exception {
        try (TestGateway gateway = gateway(SHARED.domain(), "kpasswd = false")) {
            KerberosClient client = client(gateway, SHARED.domain());
            Command.Result result = Command.of("kinit", "-c", "FILE:" + folder.fresh("cache"), "mustchange")
                    .withEnvironment(client.environment())
                    .withInput(SambaDomain.MUST_CHANGE.password() + "\nNew.Passw0rd.1\nNew.Passw0rd.1\n")
                    .run(folder);
            assertThat(result.succeeded()).as(result.output()).isFalse();
            gateway.awaitAudit("\"kdc-proxy.refused\"", "\"rdgw.kerberos.message\":\"kpasswd\"");
            assertThat(client.tryKinit("mustchange", SambaDomain.MUST_CHANGE.password())
                            .output())
                    .as("the old password is still the right one")
                    .contains("Password expired");
        }
    }
}
