package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.jetty.TestCertificate;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
    @TempDir
    Path folder;

    private ServerCertificate certificate;

    @BeforeEach
    void open() throws Exception {
        TestCertificate.shared().writeTo(folder);
        certificate = ServerCertificate.ofFiles(
                "[admin.tls]", folder.resolve("gateway.pem"), folder.resolve("gateway.key"), Clock.systemUTC());
    }

    private X509Certificate shown() {
        return certificate.current().certificate();
    }

    private String content(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    @Test
    void filesThatDoNotFitAreToldAtTheSecondLookAndOnlyThen() throws Exception {
        TestCertificate other = TestCertificate.other();
        String key = content("gateway.key");
        other.writeTo(folder);
        String next = content("gateway.key");
        Files.writeString(folder.resolve("gateway.key"), key);

        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.problem()).isEmpty();
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REFUSED);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.problem().orElseThrow()).contains("the key does not belong to the certificate");
        assertThat(shown()).isEqualTo(TestCertificate.shared().certificate());
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(certificate::renewal)
                .withMessageContaining("the key does not belong to the certificate");

        Files.writeString(folder.resolve("gateway.key"), next);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REPLACED);
        assertThat(certificate.problem()).isEmpty();
        assertThat(shown()).isEqualTo(other.certificate());
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.renewal()).isEmpty();
    }

    /** A key that others can read may be known to them. */
    @Test
    void aKeyThatIsOpenToOthersIsNotTaken() throws Exception {
        TestCertificate.other().writeTo(folder);
        Files.setPosixFilePermissions(folder.resolve("gateway.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REFUSED);
        assertThat(certificate.problem().orElseThrow()).contains("has the permissions 644");
        assertThat(shown()).isEqualTo(TestCertificate.shared().certificate());
    }

    @Test
    void filesThatGoAwayLeaveTheCertificateInForce() throws Exception {
        Files.delete(folder.resolve("gateway.pem"));
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.UNCHANGED);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REFUSED);
        assertThat(shown()).isEqualTo(TestCertificate.shared().certificate());
    }

    /** A look between the two steps of a reload may have read newer files. */
    @Test
    void aRenewalThatWasReadEarlierDoesNotReplaceALaterOne() throws Exception {
        TestCertificate.other().writeTo(folder);
        Runnable prepared = certificate.renewal().orElseThrow();
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REPLACED);
        TestCertificate.shared().writeTo(folder);
        assertThat(certificate.look()).isEqualTo(ServerCertificate.Look.REPLACED);
        prepared.run();
        assertThat(shown()).isEqualTo(TestCertificate.shared().certificate());

        TestCertificate.other().writeTo(folder);
        certificate.renewal().orElseThrow().run();
        assertThat(shown()).isNotEqualTo(TestCertificate.shared().certificate());
    }
}
