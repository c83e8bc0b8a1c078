package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.api.Secret;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
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

    /** Whoever reads it knows neither Java nor curves. */
    @Test
    void aKeyThatTlsCannotUseIsRefusedWithTheKindThatIsExpected() throws Exception {
        KeyPair pair = pss();
        Path certificate = certificate(pair);
        KeyPairGenerator dsa = KeyPairGenerator.getInstance("DSA");
        KeyPairGenerator koblitz = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        koblitz.initialize(new ECGenParameterSpec("secp256k1"));
        assertThat(refusal(
                        certificate,
                        pem(
                                "dsa.key",
                                new JcaPKCS8Generator(dsa.generateKeyPair().getPrivate(), null))))
                .isEqualTo(folder.resolve("dsa.key") + ": a DSA key (expected RSA, or EC on P-256 or P-384)");
        assertThat(refusal(
                        certificate,
                        pem(
                                "k1.key",
                                new JcaPKCS8Generator(koblitz.generateKeyPair().getPrivate(), null))))
                .startsWith(folder.resolve("k1.key")
                        + ": an EC key that cannot sign (expected RSA, or EC on P-256 or P-384)");
    }

    private static String refusal(Path certificate, Path key) {
        return String.valueOf(catchThrowableOfType(
                        GatewayStartException.class,
                        () -> TlsFiles.read(certificate, key, Clock.fixed(NOW, ZoneOffset.UTC)))
                .getMessage());
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

    private static KeyPair ec() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate issued(String subject, KeyPair pair, String issuer, KeyPair by) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name(issuer),
                BigInteger.ONE,
                Date.from(NOW.minus(Duration.ofDays(1))),
                Date.from(NOW.plus(Duration.ofDays(1))),
                new X500Name(subject),
                pair.getPublic());
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    }

    private Path chainFile(X509Certificate... certificates) throws Exception {
        StringBuilder all = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            all.append(Files.readString(pem("one.pem", certificate)));
        }
        return Files.writeString(folder.resolve("chain.pem"), all);
    }

    /** Java would take none of these, and not say why. */
    @Test
    void aChainInTheWrongOrderIsRefusedWithTheOrderThatIsExpected() throws Exception {
        KeyPair server = ec();
        KeyPair intermediate = ec();
        KeyPair root = ec();
        X509Certificate leaf = issued("CN=gw.example.test", server, "CN=intermediate", intermediate);
        X509Certificate middle = issued("CN=intermediate", intermediate, "CN=root", root);
        X509Certificate top = issued("CN=root", root, "CN=root", root);
        Path key = pem("server.key", new JcaPKCS8Generator(server.getPrivate(), null));
        String expected = " (expected the server's certificate first, then the one that issued it, and so on)";

        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        Path file = chainFile(leaf, middle, top);
        assertThat(TlsFiles.read(file, key, clock).chain()).hasSize(3);
        assertThat(refusal(chainFile(middle, leaf), key))
                .isEqualTo(key + ": the key belongs to certificate 2 in " + file + expected);
        String second = ": certificate 2 is not that of the issuer of the one before it, or is there twice" + expected;
        assertThat(refusal(chainFile(leaf, top, middle), key)).isEqualTo(file + second);
        assertThat(refusal(chainFile(leaf, leaf, middle), key)).isEqualTo(file + second);
        assertThat(refusal(chainFile(leaf, middle, top, top), key))
                .isEqualTo(file + second.replace("certificate 2", "certificate 4"));
    }

    private Path pkcs12(String password, String... aliases) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (String alias : aliases) {
            KeyPair pair = pss();
            X509Certificate certificate =
                    TlsFiles.certificates(certificate(pair)).getFirst();
            store.setKeyEntry(alias, pair.getPrivate(), password.toCharArray(), new X509Certificate[] {certificate});
        }
        Path file = folder.resolve("gateway.pfx");
        try (OutputStream stream = Files.newOutputStream(file)) {
            store.store(stream, password.toCharArray());
        }
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static TlsFiles read(Path file, String password) throws GatewayStartException {
        return TlsFiles.read(
                new CertificatePaths(file, file, Optional.of(Secret.ofText(password))),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void aPkcs12FileHasCertificateAndKeyBehindItsPassword() throws Exception {
        Path file = pkcs12("secret", "gateway");
        TlsFiles pair = read(file, "secret");
        assertThat(pair.chain().getFirst().getSubjectX500Principal().getName()).isEqualTo("CN=gw.example.test");
        assertThat(pair.key().getAlgorithm()).startsWith("RSA");
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(() -> read(file, "wrong"))
                .withMessage(file + ": the password is wrong");
    }

    @Test
    void whatIsNoPkcs12FileWithOneKeyIsSaid() throws Exception {
        Path two = pkcs12("secret", "one", "another");
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(() -> read(two, "secret"))
                .withMessage(two + ": 2 private keys in it (expected one)");
        Path text = pem("gateway.pem", new JcaPKCS8Generator(pss().getPrivate(), null));
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(() -> read(text, "secret"))
                .withMessageStartingWith(text + ": no PKCS #12 file that can be read: ");
        Path open = Files.setPosixFilePermissions(
                pkcs12("secret", "gateway"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatExceptionOfType(GatewayStartException.class)
                .isThrownBy(() -> read(open, "secret"))
                .withMessageContaining("has the permissions 644");
    }
}
