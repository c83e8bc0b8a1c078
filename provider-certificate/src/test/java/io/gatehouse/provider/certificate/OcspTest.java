package io.gatehouse.provider.certificate;

import static io.gatehouse.provider.certificate.CertificateProviders.direct;
import static io.gatehouse.provider.certificate.CertificateProviders.mechanism;
import static io.gatehouse.provider.certificate.CertificateProviders.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The OCSP responder of openssl says which certificates are revoked, or nothing. */
class OcspTest {
    @RegisterExtension
    private final TestFolder folder = new TestFolder();

    private final TestClock clock = new TestClock(Instant.now());
    private ClientAuthority authority;
    private ClientAuthority.Responder responder;

    @BeforeEach
    void start() throws Exception {
        RequiredTools.assume("openssl");
        authority = ClientAuthority.root(folder, "Example CA");
        responder = authority.responder();
    }

    @AfterEach
    void stop() {
        if (responder != null) {
            responder.close();
        }
    }

    private CertificateMechanism asking(String ocsp) throws Exception {
        return mechanism("""
                ca = "%s"
                local-users = true
                user-from = "common-name"
                ocsp-timeout = "3s"
                ocsp = %s
                """.formatted(authority.certificate(), ocsp), clock);
    }

    private Issued issue(String name) {
        return authority.issue(
                "/CN=" + name,
                ClientAuthority.FOR_CLIENTS + "authorityInfoAccess=OCSP;URI:" + responder.address() + "\n");
    }

    @Test
    void theResponderOfTheCertificateIsAsked() throws Exception {
        Issued alice = issue("alice");
        Issued bob = issue("bob");
        authority.revoke(bob);
        CertificateMechanism hard = asking("\"hard-fail\"");
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(refusal(direct(hard, bob))).startsWith("refused: ").contains(": was revoked on ");
        assertThat(refusal(direct(asking("\"soft-fail\""), bob))).contains(": was revoked on ");

        // An answer is good for some minutes, and asked for again then.
        int before = responder.questions();
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(responder.questions()).isEqualTo(before);
        authority.revoke(alice);
        clock.advance(Duration.ofMinutes(6));
        assertThat(refusal(direct(hard, alice))).contains(": was revoked on ");
    }

    @Test
    void theResponderOfTheConfigurationIsAskedInstead() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        Issued bob = authority.issue("/CN=bob");
        authority.revoke(bob);
        CertificateMechanism hard = asking("\"hard-fail\"\nocsp-responder = \"" + responder.address() + "\"");
        assertThat(refusal(direct(hard, alice))).startsWith("accepted: ");
        assertThat(refusal(direct(hard, bob))).contains(": was revoked on ");
    }

    @Test
    void aResponderThatIsGoneMattersAsTheConfigurationSays() throws Exception {
        Issued alice = issue("alice");
        Issued without = authority.issue("/CN=without");
        responder.close();
        assertThat(refusal(direct(asking("\"hard-fail\""), alice)))
                .startsWith("unavailable: certificate of \"CN=alice\"")
                .contains(": OCSP: ");
        assertThat(refusal(direct(asking("\"hard-fail\""), without))).startsWith("unavailable: ");
        assertThat(refusal(direct(asking("\"soft-fail\""), alice))).startsWith("accepted: ");
        assertThat(refusal(direct(asking("\"soft-fail\""), without))).startsWith("accepted: ");
    }

    @Test
    void aResponderThatSaysNothingIsWaitedForAsLongAsTheConfigurationSays() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
            Issued alice = authority.issue("/CN=alice");
            assertThat(refusal(direct(
                            asking("\"hard-fail\"\nocsp-responder = \"http://127.0.0.1:" + silent.getLocalPort()
                                    + "/\""),
                            alice)))
                    .contains(": OCSP: no answer in 3000 ms");
        }
    }

    /** One who answers for the responder without the authority's key is believed in no case. */
    @Test
    void anAnswerOfSomebodyElseIsNoAnswer() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        ClientAuthority impostor = ClientAuthority.root(folder, "Example CA");
        try (ClientAuthority.Responder other = impostor.responder()) {
            assertThat(refusal(direct(asking("\"soft-fail\"\nocsp-responder = \"" + other.address() + "\""), alice)))
                    .doesNotStartWith("accepted: ");
        }
    }
    /** A stranger's certificate must not make the gateway connect to the address that is written into it. */
    @Test
    void nobodyIsAskedAboutTheCertificateOfAForeignAuthority() throws Exception {
        Issued stranger = ClientAuthority.root(folder, "Foreign CA")
                .issue(
                        "/CN=alice",
                        ClientAuthority.FOR_CLIENTS + "authorityInfoAccess=OCSP;URI:" + responder.address() + "\n");
        assertThat(refusal(direct(asking("\"hard-fail\""), stranger))).contains(": no path to an authority of ");
        assertThat(responder.questions()).isZero();
    }
}
