package io.gatehouse.jetty;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certificates that take each other's place in the folder of a gateway, each of another authority, with RSA and EC keys
 * in turns; and clients that trust all of them and remember which they have seen.
 */
final class RotatingCertificate {
    private final Path folder;
    private final List<KeyPair> keys = new ArrayList<>();
    private final Set<X509Certificate> seen = ConcurrentHashMap.newKeySet();
    private int made;

    RotatingCertificate(Path folder) throws GeneralSecurityException {
        this.folder = folder;
        keys.add(key("RSA", 2048));
        keys.add(key("EC", 256));
    }

    private static KeyPair key(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair();
    }

    /** Another certificate, which is nowhere yet. */
    TestCertificate next() throws GeneralSecurityException, OperatorCreationException {
        made++;
        KeyPair pair = keys.get(made % keys.size());
        String hash = made % 5 == 0 ? "SHA384" : "SHA256";
        X500Name name = new X500Name("CN=localhost,O=authority " + made);
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(made),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(made))),
                name,
                pair.getPublic());
        String kind = pair.getPublic().getAlgorithm().equals("EC") ? "withECDSA" : "withRSA";
        var signer = new JcaContentSignerBuilder(hash + kind).build(pair.getPrivate());
        return new TestCertificate(pair, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }

    /** Puts another pair in the place of the one before, each file as a whole. */
    TestCertificate rotate() throws GeneralSecurityException, OperatorCreationException, IOException {
        TestCertificate next = next();
        Path beside = Files.createTempDirectory(folder, "next");
        next.writeTo(beside);
        for (String file : List.of("gateway.key", "gateway.pem")) {
            Files.move(
                    beside.resolve(file),
                    folder.resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.delete(beside);
        return next;
    }

    /** The certificates that clients have seen. */
    Set<X509Certificate> seen() {
        return Set.copyOf(seen);
    }

    /**
     * TLS of clients that trust all servers.
     *
     * @param meanwhile is run in each handshake, when the server has shown its certificate and nothing else happened
     *     yet
     */
    SSLContext clients(Runnable meanwhile) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String authType) {
                            throw new IllegalStateException("not a server");
                        }

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String authType) {
                            seen.add(chain[0]);
                            meanwhile.run();
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }
}
