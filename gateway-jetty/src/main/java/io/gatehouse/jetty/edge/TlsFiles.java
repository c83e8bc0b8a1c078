package io.gatehouse.jetty.edge;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.formats.file.CertificateFile;
import io.gatehouse.formats.file.PemText;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A certificate with its chain and key, read from PEM files and checked to be usable: the key belongs to the
 * certificate and the certificate is valid now.
 *
 * @param chain the server's certificate first
 * @param key its private key
 */
public record TlsFiles(List<X509Certificate> chain, PrivateKey key) {
    static final int LARGEST_KEY = 1 << 20;
    /** As messages call it. */
    static final String KIND_OF_KEY = "private key";

    private static final String STORE_PASSWORD = "in memory only";
    /** Of the pair in its key store. */
    private static final String ALIAS = "gatehouse";

    private static final String RSA_PSS = "RSASSA-PSS";
    /** As Java calls the keys that TLS can use (RFC 8446 section 4.2.3); Windows clients know fewer. */
    private static final Set<String> KINDS_OF_TLS = Set.of("RSA", RSA_PSS, "EC", "EdDSA", "Ed25519", "Ed448");

    private static final String EXPECTED_ORDER =
            "the server's certificate first, then the one that issued it, and so on";
    private static final String EXPECTED_KEY = "expected RSA, or EC on P-256 or P-384";
    private static final PSSParameterSpec PSS_SHA256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    public TlsFiles {
        chain = List.copyOf(chain);
    }

    /**
     * Reads and checks a pair of files.
     *
     * @throws GatewayStartException with the reason why the pair cannot be used
     */
    public static TlsFiles read(Path certificate, Path key, Clock clock) throws GatewayStartException {
        return read(CertificatePaths.ofPem(certificate, key), clock);
    }

    /**
     * Reads and checks a pair of PEM files, or a PKCS #12 file.
     *
     * @throws GatewayStartException with the reason why the pair cannot be used
     */
    public static TlsFiles read(CertificatePaths paths, Clock clock) throws GatewayStartException {
        TlsFiles pair = paths.password().isPresent()
                ? Pkcs12File.read(paths.certificate(), paths.password().get())
                : new TlsFiles(certificates(paths.certificate()), privateKey(paths.key()));
        pair.check(paths.certificate(), paths.key(), clock);
        return pair;
    }

    /**
     * The certificate and its chain, valid or not.
     *
     * @throws GatewayStartException when they cannot be read, with the reason
     */
    public static List<X509Certificate> chain(CertificatePaths paths) throws GatewayStartException {
        return paths.password().isPresent()
                ? Pkcs12File.read(paths.certificate(), paths.password().get()).chain()
                : certificates(paths.certificate());
    }

    /**
     * Checks that the key belongs to the certificate, which is valid now.
     *
     * @param certificateFile for messages
     * @param keyFile for messages
     * @throws GatewayStartException with the reason why the pair cannot be used
     */
    public void check(Path certificateFile, Path keyFile, Clock clock) throws GatewayStartException {
        X509Certificate leaf = chain.getFirst();
        if (!KINDS_OF_TLS.contains(key.getAlgorithm())) {
            throw new GatewayStartException("%s: a %s key (%s)".formatted(keyFile, key.getAlgorithm(), EXPECTED_KEY));
        }
        try {
            leaf.checkValidity(Date.from(clock.instant()));
        } catch (CertificateExpiredException e) {
            throw new GatewayStartException(certificateFile + ": the certificate expired on "
                    + leaf.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            throw new GatewayStartException(certificateFile + ": the certificate is not valid before "
                    + leaf.getNotBefore().toInstant());
        }
        try {
            if (!belongTogether(leaf, key)) {
                throw new GatewayStartException(mismatch(certificateFile, keyFile));
            }
        } catch (GeneralSecurityException e) {
            throw new GatewayStartException(
                    "%s: an %s key that cannot sign (%s): %s"
                            .formatted(keyFile, key.getAlgorithm(), EXPECTED_KEY, e.getMessage()),
                    e);
        }
        requireOrder(certificateFile);
    }

    private String mismatch(Path certificateFile, Path keyFile) throws GeneralSecurityException {
        for (int index = 1; index < chain.size(); index++) {
            if (belongTogether(chain.get(index), key)) {
                return "%s: the key belongs to certificate %d in %s (expected %s)"
                        .formatted(keyFile, index + 1, certificateFile, EXPECTED_ORDER);
            }
        }
        return keyFile + ": the key does not belong to the certificate in " + certificateFile;
    }

    /** Java takes no other chain. */
    private void requireOrder(Path certificateFile) throws GatewayStartException {
        for (int index = 1; index < chain.size(); index++) {
            X509Certificate issuer = chain.get(index);
            if (!chain.get(index - 1).getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                    || chain.indexOf(issuer) < index) {
                throw new GatewayStartException(
                        "%s: certificate %d is not that of the issuer of the one before it, or is there twice (expected %s)"
                                .formatted(certificateFile, index + 1, EXPECTED_ORDER));
            }
        }
    }

    /**
     * All certificates of a PEM file.
     *
     * @throws GatewayStartException when there is none, with the reason
     */
    public static List<X509Certificate> certificates(Path file) throws GatewayStartException {
        try {
            return CertificateFile.read(file);
        } catch (ProviderException e) {
            throw new GatewayStartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws GatewayStartException {
        List<PemText.Block> blocks = secretBlocks(file);
        JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
        for (PemText.Block block : blocks) {
            try (PEMParser parser = new PEMParser(new StringReader(block.text()))) {
                switch (parser.readObject()) {
                    case PrivateKeyInfo info -> {
                        return converter.getPrivateKey(info);
                    }
                    case PEMKeyPair pair -> {
                        return converter.getPrivateKey(pair.getPrivateKeyInfo());
                    }
                    case null, default -> {} // parameters of curves, certificates, encrypted keys
                }
            } catch (IOException | RuntimeException e) {
                throw new GatewayStartException(file + ": no PEM private key: " + e.getMessage(), e);
            }
        }
        boolean encrypted = blocks.stream()
                .anyMatch(block -> block.label().equals("ENCRYPTED PRIVATE KEY")
                        || block.text().contains("\nProc-Type: 4,ENCRYPTED\n"));
        throw new GatewayStartException(file
                + ": no unencrypted private key in it (expected -----BEGIN PRIVATE KEY-----" + PemText.found(blocks)
                + ")" + (encrypted ? "; decrypt it with: openssl pkey -in " + file + " -out " + file + ".new" : ""));
    }

    private static List<PemText.Block> secretBlocks(Path file) throws GatewayStartException {
        byte[] content;
        try {
            content = SecretFile.read(file, KIND_OF_KEY, LARGEST_KEY);
        } catch (ProviderException e) {
            throw new GatewayStartException(String.valueOf(e.getMessage()), e);
        }
        try {
            return PemText.blocks(file, content);
        } catch (ProviderException e) {
            throw new GatewayStartException(file + ": " + e.getMessage(), e);
        }
    }

    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        byte[] probe = "gatehouse".getBytes(StandardCharsets.US_ASCII);
        Signature signer = signature(key);
        signer.initSign(key);
        signer.update(probe);
        byte[] signature = signer.sign();
        Signature verifier = signature(key);
        try {
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (InvalidKeyException | SignatureException _) {
            return false; // a key of another kind or size
        }
    }

    private static Signature signature(PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        if (key.getAlgorithm().equals(RSA_PSS)) {
            signature.setParameter(
                    key instanceof RSAKey rsa && rsa.getParams() instanceof PSSParameterSpec own ? own : PSS_SHA256);
        }
        return signature;
    }

    /**
     * TLS with this pair, started before anything listens, so that a pair which this Java runtime cannot use is found
     * by then.
     *
     * @param table of the configuration, for messages
     */
    public SslContextFactory.Server server(String table) throws GatewayStartException {
        return serverTls(table, Optional.empty(), Optional.empty());
    }

    /**
     * The same, and clients may be asked for a certificate.
     *
     * @param authorities names the authorities whose certificates they may show; empty to ask for none
     * @param challenges of an ACME server that are answered
     */
    ServerTls serverTls(
            String table, Optional<Supplier<List<X509Certificate>>> authorities, Optional<AlpnChallenges> challenges)
            throws GatewayStartException {
        ServerTls tls = new ServerTls(authorities, challenges);
        tls.setKeyStore(keyStore());
        tls.setKeyStorePassword(STORE_PASSWORD);
        tls.setSniRequired(false);
        try {
            tls.start();
        } catch (Exception e) {
            throw new GatewayStartException(table + ": " + GatewayStartException.rootMessage(e), e);
        }
        return tls;
    }

    private KeyStore keyStore() throws GatewayStartException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, STORE_PASSWORD.toCharArray(), chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new GatewayStartException("the TLS key pair cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * The DNS names and addresses of {@code certificate}, or its common name when it has none (RFC 6125 section 6.4.4).
     */
    public static Set<String> names(X509Certificate certificate) throws GatewayStartException {
        Set<String> names = new LinkedHashSet<>();
        try {
            X509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
            for (List<?> alternative :
                    Objects.requireNonNullElse(certificate.getSubjectAlternativeNames(), List.<List<?>>of())) {
                int kind = (Integer) alternative.getFirst();
                if (kind == GeneralName.dNSName || kind == GeneralName.iPAddress) {
                    names.add(String.valueOf(alternative.get(1)));
                }
            }
            if (names.isEmpty()) {
                for (RDN name : holder.getSubject().getRDNs(BCStyle.CN)) {
                    names.add(IETFUtils.valueToString(name.getFirst().getValue()));
                }
            }
        } catch (CertificateException e) {
            throw new GatewayStartException("the names of the certificate cannot be read: " + e.getMessage(), e);
        }
        return names;
    }

    /**
     * The channel bindings that clients may compute from {@code certificate}: by SHA-256, and by the hash of the
     * certificate's own signature where that is a stronger one (RFC 5929 section 4.1).
     */
    public static List<ChannelBinding> channelBindings(X509Certificate certificate) throws GatewayStartException {
        Set<String> hashes = new LinkedHashSet<>(List.of("SHA-256"));
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (signature.startsWith("SHA384")) {
            hashes.add("SHA-384");
        } else if (signature.startsWith("SHA512")) {
            hashes.add("SHA-512");
        }
        List<ChannelBinding> bindings = new ArrayList<>();
        try {
            for (String hash : hashes) {
                bindings.add(ChannelBinding.tlsServerEndPoint(
                        MessageDigest.getInstance(hash).digest(certificate.getEncoded())));
            }
        } catch (GeneralSecurityException e) {
            throw new GatewayStartException("the certificate cannot be hashed: " + e.getMessage(), e);
        }
        return bindings;
    }
}
