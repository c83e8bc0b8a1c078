package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    Path folder;

    private Path pem(String name, Object object) throws Exception {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        Path file = Files.writeString(folder.resolve(name), text.toString());
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static KeyPair pss() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private Path certificate(KeyPair pair) throws Exception {
        X500Name name = new X500Name("CN=gw.example.test");
        var signer = new JcaContentSignerBuilder("SHA256withRSAandMGF1")
                .setProvider(new BouncyCastleProvider())
                .build(pair.getPrivate());
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(NOW.minus(Duration.ofDays(1))),
                Date.from(NOW.plus(Duration.ofDays(1))),
                name,
                pair.getPublic());
        return pem("pss.pem", new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }

    @Test
    void aKeyForRsaPssBelongsToItsCertificateAndToNoOther() throws Exception {
        KeyPair pair = pss();
        Path certificate = certificate(pair);
        Path key = pem("pss.key", new JcaPKCS8Generator(pair.getPrivate(), null));
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        assertThat(TlsFiles.read(certificate, key, clock).key().getAlgorithm()).isEqualTo("RSASSA-PSS");

        Path other = pem("other.key", new JcaPKCS8Generator(pss().getPrivate(), null));
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(() -> TlsFiles.read(certificate, other, clock))
                .withMessageContaining("the key does not belong to the certificate");
    }
}
