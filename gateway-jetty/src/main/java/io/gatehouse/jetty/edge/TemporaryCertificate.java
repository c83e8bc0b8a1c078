package io.gatehouse.jetty.edge;

import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What a listener shows until it has a certificate of an ACME server: one that nobody trusts, which the gateway has
 * signed itself and keeps in memory only.
 */
final class TemporaryCertificate {
    /** The organisation in its name. */
    static final String NOTE = "temporary certificate of Gatehouse";

    private static final Duration LIFE = Duration.ofDays(1);
    /** For clients whose clock is slow. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private TemporaryCertificate() {}

    /** A new one for {@code names}, valid for a day. */
    static TlsFiles make(List<String> names, Clock clock) throws GatewayStartException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            var name = new X500NameBuilder(BCStyle.INSTANCE)
                    .addRDN(BCStyle.CN, names.getFirst())
                    .addRDN(BCStyle.O, NOTE)
                    .build();
            Instant now = clock.instant();
            GeneralName[] alternatives = names.stream()
                    .map(each -> new GeneralName(GeneralName.dNSName, each))
                    .toArray(GeneralName[]::new);
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(159, new SecureRandom()).setBit(158),
                            Date.from(now.minus(BEFORE)),
                            Date.from(now.plus(LIFE)),
                            name,
                            pair.getPublic())
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            var signer = new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate());
            return new TlsFiles(
                    List.of(new JcaX509CertificateConverter().getCertificate(builder.build(signer))),
                    pair.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new GatewayStartException("this Java cannot make an RSA certificate: " + e.getMessage(), e);
        }
    }
}
