package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gatehouse.core.config.CertificatePaths;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedCertificateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-06-01T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    @Test
    void isWhatEveryRdpClientUnderstands() throws Exception {
        Path file = folder.resolve("tls/a.pem");
        Path key = folder.resolve("tls/a.key");
        SelfSignedCertificate.write(file, key, List.of("gw.example.com", "localhost", "127.0.0.1", "::1"), CLOCK);

        X509Certificate certificate;
        try (InputStream stream = Files.newInputStream(file)) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stream);
        }
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withRSA");
        assertThat(((RSAPublicKey) certificate.getPublicKey()).getModulus().bitLength())
                .isEqualTo(2048);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=gw.example.com");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(Instant.parse("2028-09-03T12:00:00Z"));
        // 2 is a DNS name, 7 an address (RFC 5280 4.2.1.6).
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(0), name -> name.get(1))
                .containsExactly(
                        tuple(2, "gw.example.com"),
                        tuple(2, "localhost"),
                        tuple(7, "127.0.0.1"),
                        tuple(7, "0:0:0:0:0:0:0:1"));
        certificate.verify(certificate.getPublicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        assertThat(TlsCheck.ofFiles(CertificatePaths.ofPem(file, key), Set.of("localhost"), CLOCK))
                .isEmpty();
    }

    @Test
    void theNamesOfThisMachineBeginWithLocalhostAndEndWithLoopback() {
        assertThat(SelfSignedCertificate.namesOfThisMachine())
                .startsWith("localhost")
                .endsWith("127.0.0.1", "::1")
                .doesNotHaveDuplicates();
    }
}
