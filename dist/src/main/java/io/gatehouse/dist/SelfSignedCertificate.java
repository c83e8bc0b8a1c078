package io.gatehouse.dist;

import io.gatehouse.core.net.MachineName;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate for trying the gateway out: RSA-2048, signed by itself with SHA-256. Every RDP client understands that
 * pair; stronger signature hashes break the channel binding of some.
 */
final class SelfSignedCertificate {
    private static final Duration LIFE = Duration.ofDays(825);
    /** Long, because administrators write the thumbprint into policies. */
    private static final Duration PUBLISHER_LIFE = Duration.ofDays(3653);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private SelfSignedCertificate() {}

    /**
     * Writes {@code certificate} and {@code key} as PEM files, the key readable by its owner only.
     *
     * @param names host names and addresses it is valid for; the first is its subject
     * @throws IOException when a file cannot be written
     */
    static void write(Path certificate, Path key, List<String> names, Clock clock) throws IOException {
        write(certificate, key, names, names, clock, LIFE);
    }

    /**
     * Writes a pair that signs {@code .rdp} files, in the same way. It is a server's certificate, which Windows takes
     * for that, but for no host: a machine that trusts it trusts nothing else by it.
     *
     * @param name of the publisher
     */
    static void writePublisher(Path certificate, Path key, String name, Clock clock) throws IOException {
        write(certificate, key, List.of(name), List.of(), clock, PUBLISHER_LIFE);
    }

    private static void write(
            Path certificate, Path key, List<String> names, List<String> hosts, Clock clock, Duration life)
            throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            PrivateFiles.write(key, pem(pair.getPrivate()));
            PrivateFiles.writePublic(certificate, pem(make(pair, names.getFirst(), hosts, clock.instant(), life)));
        } catch (GeneralSecurityException | OperatorCreationException exception) {
            throw new IllegalStateException("this Java cannot make an RSA certificate", exception);
        }
    }

    /** The names under which this machine is reached: its own, {@code localhost} and the loopback addresses. */
    static List<String> namesOfThisMachine() {
        Set<String> names = new LinkedHashSet<>();
        names.add("localhost");
        names.add(MachineName.text().toLowerCase(Locale.ROOT));
        try {
            names.add(InetAddress.getLocalHost().getCanonicalHostName().toLowerCase(Locale.ROOT));
        } catch (UnknownHostException exception) {
            // No resolver knows the machine.
        }
        names.add("127.0.0.1");
        names.add("::1");
        return List.copyOf(names);
    }

    private static X509Certificate make(KeyPair pair, String name, List<String> hosts, Instant now, Duration life)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var subject =
                new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
        GeneralName[] alternatives = hosts.stream()
                .map(host -> new GeneralName(
                        ADDRESS.matcher(host).matches() ? GeneralName.iPAddress : GeneralName.dNSName, host))
                .toArray(GeneralName[]::new);
        // An hour back, for clients whose clock is slow.
        var builder = new JcaX509v3CertificateBuilder(
                        subject,
                        new BigInteger(159, new SecureRandom()).setBit(158),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(life)),
                        subject,
                        pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(
                        Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        if (alternatives.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        }
        var signer = new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(
                    object instanceof java.security.PrivateKey key
                            ? new org.bouncycastle.openssl.jcajce.JcaPKCS8Generator(key, null)
                            : object);
        } catch (IOException exception) {
            throw new UncheckedIOException("writing to memory failed", exception);
        }
        return text.toString();
    }
}
