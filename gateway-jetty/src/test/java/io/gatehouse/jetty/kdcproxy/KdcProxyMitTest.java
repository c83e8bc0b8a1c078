package io.gatehouse.jetty.kdcproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.KerberosThroughGateway;
import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.testkit.directory.KerberosCache;
import io.gatehouse.testkit.directory.KerberosClient;
import io.gatehouse.testkit.directory.MitKdc;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** MIT's clients reach MIT's KDC through the gateway. */
@Timeout(180)
class KdcProxyMitTest {
    private static final String NO_KDC = "Cannot contact any KDC";

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private MitKdc kdc;

    @BeforeAll
    static void tools() {
        MitKdc.assume();
        KerberosThroughGateway.assume();
    }

    @BeforeEach
    void start() {
        kdc = MitKdc.start(folder);
    }

    @AfterEach
    void stop() {
        kdc.close();
    }

    /** A gateway for the realm, whose KDCs are these. */
    private static TestGateway gateway(String kdcs, String... keys) throws Exception {
        return TestGateway.start(TestGateway.RULE + """
                [[domain]]
                name = "MIT"
                realm = "MIT.TEST"
                kdcs = [%s]
                [kdc-proxy]
                realms = ["MIT.TEST"]
                """.formatted(kdcs) + String.join("\n", keys) + "\n");
    }

    private String text() {
        return "\"" + kdc.host() + ":" + kdc.port() + "\"";
    }

    private KerberosClient client(TestGateway gateway) throws IOException {
        return KerberosThroughGateway.client(folder, gateway, MitKdc.REALM, kdc.hosts());
    }

    @Test
    void ticketsComeThroughTheGateway() throws Exception {
        try (TestGateway gateway = gateway(text())) {
            KerberosCache alice = client(gateway).kinit(MitKdc.ALICE);
            assertThat(alice.kvno(MitKdc.AES)).isOne();
            assertThat(kdc.asRequests()).isEqualTo(2);
            assertThat(kdc.tgsRequests()).isOne();
            client(gateway).kinit(MitKdc.UMLAUT);
            assertThat(gateway.audit()).isEmpty();
            gateway.awaitEmpty();
        }
    }

    @Test
    void ticketsComeFromAKdcThatSpeaksUdpOnly() throws Exception {
        try (FakeKdc relay = FakeKdc.udpOf(new InetSocketAddress(kdc.address(), kdc.port()));
                TestGateway gateway = gateway("\"" + relay.text() + "\"")) {
            KerberosCache alice = client(gateway).kinit(MitKdc.ALICE);
            assertThat(alice.kvno(MitKdc.AES)).isOne();
            assertThat(relay.datagrams()).isEqualTo(3);
        }
    }

    /** RFC 6113: what the client proves is encrypted under another ticket. */
    @Test
    void armouredSignInComesThrough() throws Exception {
        try (TestGateway gateway = gateway(text())) {
            KerberosClient client = client(gateway);
            KerberosCache armour = client.kinit(MitKdc.BOB);
            assertThat(armoured(armour, MitKdc.ALICE.password())).isEmpty();
        }
    }

    /** What kinit complains about. */
    private String armoured(KerberosCache armour, String password) {
        Command.Result result = Command.of(
                        "kinit", "-T", "FILE:" + armour.file(), "-c", "FILE:" + folder.fresh("cache"), "alice")
                .withEnvironment(armour.environment())
                .withInput(password + "\n")
                .run(folder);
        return result.succeeded() ? "" : result.output();
    }

    @Test
    void armouredGuessesCostToo() throws Exception {
        try (TestGateway gateway = gateway(text(), "[limits]", "guesses-per-source = 3")) {
            KerberosCache armour = client(gateway).kinit(MitKdc.BOB);
            for (int i = 0; i < 3; i++) {
                assertThat(armoured(armour, "wrong" + i)).contains("Password incorrect");
            }
            long asked = kdc.asRequests();
            assertThat(armoured(armour, MitKdc.ALICE.password())).contains("revoked");
            assertThat(kdc.asRequests()).isEqualTo(asked);
        }
    }

    @Test
    void certificateOfSomebodyElseIsNotTrusted() throws Exception {
        try (TestGateway gateway = gateway(text())) {
            KerberosClient client = KerberosThroughGateway.client(
                    folder,
                    gateway,
                    MitKdc.REALM,
                    kdc.hosts(),
                    TestCertificate.other().certificate());
            assertThat(client.tryKinit("alice", MitKdc.ALICE.password()).output())
                    .contains(NO_KDC);
            assertThat(kdc.asRequests()).isZero();
        }
    }

    @Test
    void realmThatIsNotAllowedIsNotReached() throws Exception {
        try (TestGateway gateway = TestGateway.start(TestGateway.RULE + """
                [[domain]]
                name = "MIT"
                realm = "MIT.TEST"
                kdcs = [%s]
                [[domain]]
                name = "LAB"
                realm = "LAB.TEST"
                kdcs = [%1$s]
                [kdc-proxy]
                realms = ["LAB.TEST"]
                """.formatted(text()))) {
            assertThat(client(gateway)
                            .tryKinit("alice", MitKdc.ALICE.password())
                            .output())
                    .contains(NO_KDC);
            gateway.awaitAudit("\"kdc-proxy.refused\"", "\"rdgw.kerberos.realm\":\"MIT.TEST\"", "AS-REQ");
            assertThat(kdc.asRequests()).isZero();
        }
    }

    /** The KDC's own log shows that it was not asked any more. */
    @Test
    void guessingStopsAtTheGateway() throws Exception {
        try (TestGateway gateway = gateway(text(), "[limits]", "guesses-per-source = 3")) {
            KerberosClient client = client(gateway);
            client.kinit(MitKdc.BOB);
            for (int i = 0; i < 3; i++) {
                assertThat(client.tryKinit("alice", "wrong" + i).output()).contains("Password incorrect");
            }
            long asked = kdc.asRequests();
            assertThat(asked).isEqualTo(8);
            for (int i = 0; i < 3; i++) {
                assertThat(client.tryKinit("alice", "wrong" + i).output())
                        .contains("Client's credentials have been revoked");
            }
            assertThat(client.tryKinit("alice", MitKdc.ALICE.password()).output())
                    .as("the right password after too many wrong ones")
                    .contains("Client's credentials have been revoked");
            assertThat(kdc.asRequests()).isEqualTo(asked);
            gateway.awaitAudit("\"kdc-proxy.refused\"", "\"user.name\":\"alice@MIT.TEST\"", "too many failed sign-ins");
            assertThat(client.tryKinit("bob", MitKdc.BOB.password()).output())
                    .as(
                            "a ticket alone does not make its source one that bob signed in from: some accounts get one without a password")
                    .contains("Client's credentials have been revoked");
        }
    }

    @Test
    void namesCannotBeFoundOutWithoutEnd() throws Exception {
        try (TestGateway gateway = gateway(text(), "[limits]", "guesses-per-source = 3")) {
            KerberosClient client = client(gateway);
            for (int i = 0; i < 3; i++) {
                assertThat(client.tryKinit("nobody" + i, "any").output()).contains("not found in Kerberos database");
            }
            assertThat(client.tryKinit("nobody3", "any").output()).contains("revoked");
            assertThat(kdc.asRequests()).isEqualTo(3);
        }
    }

    @Test
    void otherKdcAnswersForOneThatIsDeadOrHangs() throws Exception {
        try (MitKdc dead = MitKdc.start(folder);
                MitKdc hangs = MitKdc.start(folder);
                TestGateway gateway = gateway("\"%s:%d\", \"%s:%d\", %s"
                        .formatted(dead.host(), dead.port(), hangs.host(), hangs.port(), text()))) {
            dead.stop();
            hangs.pause();
            try {
                client(gateway).kinit(MitKdc.ALICE);
                assertThat(kdc.asRequests()).isPositive();
            } finally {
                hangs.resume();
            }
        }
    }

    @Test
    void kdcThatHangsIsGivenUpAndFoundAgain() throws Exception {
        try (TestGateway gateway = gateway(text(), "timeout = \"1s\"")) {
            KerberosClient client = client(gateway);
            kdc.pause();
            long start = System.nanoTime();
            try {
                assertThat(client.tryKinit("alice", MitKdc.ALICE.password()).output())
                        .contains(NO_KDC);
            } finally {
                kdc.resume();
            }
            assertThat((System.nanoTime() - start) / 1e9).isLessThan(40);
            client.kinit(MitKdc.ALICE);
        }
    }
}
