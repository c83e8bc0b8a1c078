package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Finding;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

class CertificateChainCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    /** A public key of this size; nobody needs the private one. */
    private static PublicKey rsa(int bits) throws Exception {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)));
    }

    private static List<Finding> findings(PublicKey key) throws Exception {
        KeyPair issuer = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X500Name name = new X500Name("CN=gw.example.test");
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(NOW.minus(Duration.ofDays(100))),
                                Date.from(NOW.plus(Duration.ofDays(100))),
                                name,
                                key)
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
        return CertificateChainCheck.findings("file", List.of(certificate), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Everybody who connects makes the gateway sign. */
    @Test
    void anRsaKeyThatCostsMuchIsWarnedOf() throws Exception {
        assertThat(findings(rsa(4096))).isEmpty();
        assertThat(findings(rsa(8192))).extracting(Finding::code).containsExactly("certificate.key-size");
        assertThat(findings(rsa(8192)).getFirst().cause()).contains("8192 bits", "expected at most 4096");
    }
}
