package io.gatehouse.provider.certificate;

import static io.gatehouse.provider.certificate.CertificateProviders.chain;
import static io.gatehouse.provider.certificate.CertificateProviders.fromProxy;
import static io.gatehouse.provider.certificate.CertificateProviders.fromStranger;
import static io.gatehouse.provider.certificate.CertificateProviders.mechanism;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.WebRequest;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates that proxies hand on in headers, and headers of others. */
class CertificateHeaderTest {
    private static TestFolder folder;
    private static ClientAuthority authority;
    private static ClientAuthority intermediate;
    private static Issued alice;
    private static Issued bob;

    @BeforeAll
    static void makeAuthority() {
        RequiredTools.assume("openssl");
        folder = new TestFolder();
        authority = ClientAuthority.root(folder, "Example CA");
        intermediate = authority.intermediate("Example CA 2");
        alice = authority.issue("/CN=alice");
        bob = intermediate.issue("/CN=bob");
    }

    @AfterAll
    static void deleteFiles() {
        if (folder != null) {
            folder.close();
        }
    }

    private static CertificateMechanism reading(String header) throws Exception {
        return mechanism(
                "ca = \"%s\"\nlocal-users = true\nuser-from = \"common-name\"\nheader = { %s }\n"
                        .formatted(authority.certificate(), header),
                Clock.systemUTC());
    }

    private static String base64(Path certificate) throws Exception {
        return Base64.getEncoder().encodeToString(chain(certificate).getFirst().getEncoded());
    }

    private static String rfc9440(Issued issued) throws Exception {
        return ":" + base64(issued.certificate()) + ":";
    }

    private static String pem(Path file) throws Exception {
        return URLEncoder.encode(Files.readString(file), StandardCharsets.US_ASCII)
                .replace("+", "%20");
    }

    private static String assess(CertificateMechanism mechanism, WebRequest request) {
        return mechanism
                .assess(request)
                .map(CertificateProviders::refusal)
                .map(text -> text.replaceAll("(?s)^accepted: .*user=([^,]*),.*", "$1"))
                .orElse("none");
    }

    @Test
    void theHeaderOfRfc9440() throws Exception {
        CertificateMechanism mechanism = reading("chain = \"Client-Cert-Chain\"");
        assertThat(assess(mechanism, fromProxy("Client-Cert", rfc9440(alice)))).isEqualTo("alice");
        assertThat(assess(mechanism, fromProxy("Client-Cert", rfc9440(bob)))).contains(": no path to an authority of ");
        String issuer = ":" + base64(intermediate.certificate()) + ":";
        String root = ":" + base64(authority.certificate()) + ":";
        assertThat(assess(mechanism, fromProxy("Client-Cert", rfc9440(bob), "Client-Cert-Chain", issuer + ", " + root)))
                .isEqualTo("bob");
        assertThat(assess(
                        mechanism,
                        fromProxy("Client-Cert", rfc9440(bob), "Client-Cert-Chain", issuer, "Client-Cert-Chain", root)))
                .isEqualTo("bob");
    }

    @Test
    void theHeadersOfNginxHaproxyAndTraefik() throws Exception {
        CertificateMechanism nginx = reading("format = \"pem\", name = \"X-Client-Cert\"");
        assertThat(assess(nginx, fromProxy("X-Client-Cert", pem(alice.certificate()))))
                .isEqualTo("alice");
        assertThat(assess(nginx, fromProxy("X-Client-Cert", pem(bob.certificate()) + pem(intermediate.certificate()))))
                .isEqualTo("bob");
        // Apache puts spaces in the place of line ends.
        assertThat(assess(
                        nginx,
                        fromProxy(
                                "X-Client-Cert",
                                Files.readString(alice.certificate()).replace('\n', ' '))))
                .isEqualTo("alice");
        CertificateMechanism haproxy = reading("format = \"der\", name = \"X-Client-Cert\"");
        assertThat(assess(haproxy, fromProxy("X-Client-Cert", base64(alice.certificate()))))
                .isEqualTo("alice");
        assertThat(assess(
                        haproxy,
                        fromProxy(
                                "X-Client-Cert", base64(bob.certificate()) + "," + base64(intermediate.certificate()))))
                .isEqualTo("bob");
        assertThat(assess(haproxy, fromProxy("X-Client-Cert", ""))).isEqualTo("none");
        assertThat(assess(haproxy, fromProxy("Accept", "*/*"))).isEqualTo("none");
    }

    @Test
    void aStrangerSignsNobodyInByAHeader() throws Exception {
        CertificateMechanism mechanism = reading("chain = \"Client-Cert-Chain\"");
        String refused = "refused: header Client-Cert with a certificate, from 192.0.2.7 (expected a trusted proxy)";
        assertThat(assess(mechanism, fromStranger(List.of(), "Client-Cert", rfc9440(alice))))
                .isEqualTo(refused);
        assertThat(assess(mechanism, fromStranger(List.of(), "client_cert", rfc9440(alice))))
                .isEqualTo(refused);
        assertThat(assess(mechanism, fromStranger(List.of(), "Client-Cert-Chain", rfc9440(alice))))
                .isEqualTo(refused);
        // Not even beside a certificate of the stranger's own.
        assertThat(assess(mechanism, fromStranger(chain(alice.certificate()), "Client-Cert", rfc9440(alice))))
                .isEqualTo(refused);
        assertThat(assess(mechanism, fromStranger(chain(alice.certificate())))).isEqualTo("alice");
    }

    @Test
    void aHeaderThatComesTwiceOrInTwoSpellingsIsRefused() throws Exception {
        CertificateMechanism mechanism = reading("name = \"Client-Cert\"");
        assertThat(assess(mechanism, fromProxy("Client-Cert", rfc9440(alice), "Client-Cert", rfc9440(alice))))
                .isEqualTo("malformed: header Client-Cert came 2 times (expected once)");
        assertThat(assess(mechanism, fromProxy("Client-Cert", rfc9440(alice), "Client_Cert", rfc9440(bob))))
                .isEqualTo("malformed: header client_cert (expected no other spelling of Client-Cert)");
    }

    /** What the client wrote, and behind it what the proxy appended: certificates are public. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            der     | %1$s, %2$s
            pem     | %1$s%2$s
            """)
    void certificatesOfTwoClientsAreNoChain(String format, String value) throws Exception {
        CertificateMechanism mechanism = reading("format = \"%s\"".formatted(format));
        boolean der = format.equals("der");
        String victim = der ? base64(alice.certificate()) : pem(alice.certificate());
        Path own = authority.issue("/CN=mallory").certificate();
        String appended = der ? base64(own) : pem(own);
        assertThat(assess(mechanism, fromProxy("Client-Cert", victim))).isEqualTo("alice");
        assertThat(assess(mechanism, fromProxy("Client-Cert", value.formatted(victim, appended))))
                .isEqualTo("malformed: header Client-Cert: more than one client's certificate"
                        + " (expected those of authorities behind it)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rfc9440 | alice                   | no byte sequence (expected :BASE64: of RFC 9440)
            rfc9440 | :AAAA:;q=1              | no byte sequence (expected :BASE64: of RFC 9440)
            rfc9440 | ::                      | a certificate of 0 bytes (expected 1 to 16384)
            rfc9440 | :A:                     | no base64
            rfc9440 | :AAAA:                  | no certificate (expected X.509 in DER)
            rfc9440 | :LS0tLS1CRUdJTiBDRVJU:  | no certificate (expected X.509 in DER)
            pem     | AAAA                    | no certificate in PEM (expected -----BEGIN CERTIFICATE-----, escaped by %)
            pem     | %4                      | a percent sign without two digits
            pem     | -----BEGIN%20CERTIFICATE-----%0AAAAA%0A-----END%20CERTIFICATE-----%0A | no certificate (expected X.509 in DER)
            der     | AAAA                    | no certificate (expected X.509 in DER)
            der     | AAAA,                   | a certificate of 0 bytes (expected 1 to 16384)
            der     | -                       | no base64
            """)
    void garbageIsMalformed(String format, String value, String problem) throws Exception {
        assertThat(assess(reading("format = \"%s\"".formatted(format)), fromProxy("Client-Cert", value)))
                .isEqualTo("malformed: header Client-Cert: " + problem);
    }

    @Test
    void hugeHeadersAreMalformed() throws Exception {
        CertificateMechanism mechanism = reading("format = \"der\"");
        assertThat(assess(mechanism, fromProxy("Client-Cert", "A".repeat(70_000))))
                .isEqualTo("malformed: header Client-Cert: 70000 characters (expected at most 65536)");
        assertThat(assess(mechanism, fromProxy("Client-Cert", "A".repeat(40_000))))
                .isEqualTo("malformed: header Client-Cert: a certificate of 30000 bytes (expected 1 to 16384)");
        assertThat(assess(mechanism, fromProxy("Client-Cert", (base64(alice.certificate()) + ",").repeat(4) + "AAAA")))
                .isEqualTo("malformed: header Client-Cert: 5 certificates (expected at most 4)");
        String and = Base64.getEncoder()
                .encodeToString(Arrays.copyOf(
                        chain(alice.certificate()).getFirst().getEncoded(),
                        chain(alice.certificate()).getFirst().getEncoded().length + 1));
        assertThat(assess(mechanism, fromProxy("Client-Cert", and)))
                .isEqualTo("malformed: header Client-Cert: more than a certificate in DER");
    }
}
