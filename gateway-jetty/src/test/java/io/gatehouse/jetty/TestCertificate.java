package io.gatehouse.jetty;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** One self-signed certificate for all tests of a run. */
public record TestCertificate(KeyPair pair, X509Certificate certificate) {
    private static final TestCertificate SHARED = make();

    public static TestCertificate shared() {
        return SHARED;
    }

    /** A certificate of the same name that nobody should trust. */
    public static TestCertificate other() {
        return make();
    }

    /** Writes {@code gateway.pem} and {@code gateway.key}. */
    public void writeTo(Path folder) throws IOException {
        Files.writeString(folder.resolve("gateway.pem"), pem(certificate));
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve("gateway.key"), pem(new JcaPKCS8Generator(pair.getPrivate(), null))),
                PosixFilePermissions.fromString("rw-------"));
    }

    private static TestCertificate make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=localhost");
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(4711),
                    Date.from(now.minus(Duration.ofHours(1))),
                    Date.from(now.plus(Duration.ofDays(1))),
                    name,
                    pair.getPublic());
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            return new TestCertificate(pair, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
        } catch (Exception e) {
            throw new AssertionError("this Java cannot make a certificate", e);
        }
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
