package io.gatehouse.dist;

import io.gatehouse.core.config.GatewayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at the certificate and key of a listener the way a client will, before any client does. */
final class TlsCheck {
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");
    private static final Duration SOON = Duration.ofDays(14);

    private final Instant now;
    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private TlsCheck(Instant now) {
        this.now = now;
    }

    /**
     * What was found.
     *
     * @param problems reasons not to start
     * @param warnings what will hurt some clients, or will hurt soon
     */
    record Findings(List<String> problems, List<String> warnings) {
        Findings {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    /** Whether the pair is still to be made by {@code gatehouse run}. */
    static boolean isToBeMade(GatewayConfig.Tls tls) {
        return tls.selfSigned() && Files.notExists(tls.certificate()) && Files.notExists(tls.key());
    }

    /** Checks the files of {@code tls} at the time {@code now}: there, readable, valid and belonging together. */
    static Findings of(GatewayConfig.Tls tls, Instant now) {
        TlsCheck check = new TlsCheck(now);
        if (isToBeMade(tls)) {
            check.warnings.add(tls.certificate() + ": not there yet; gatehouse run makes a self-signed certificate");
        } else {
            check.pair(tls.certificate(), tls.key());
        }
        tls.channelBindingCertificates().forEach(check::chain);
        return new Findings(check.problems, check.warnings);
    }

    private void pair(Path certificate, Path key) {
        List<X509Certificate> chain = chain(certificate);
        Optional<PrivateKey> privateKey = privateKey(key);
        if (chain.isEmpty()) {
            return;
        }
        X509Certificate leaf = chain.getFirst();
        String algorithm = leaf.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.startsWith("SHA384") || algorithm.startsWith("SHA512")) {
            warnings.add(certificate + ": signed with " + leaf.getSigAlgName()
                    + "; some RDP clients fail to sign in with NTLM (SHA256 works with all)");
        }
        for (int index = 1; index < chain.size(); index++) {
            if (!chain.get(index - 1)
                    .getIssuerX500Principal()
                    .equals(chain.get(index).getSubjectX500Principal())) {
                warnings.add(certificate + ": certificate " + (index + 1) + " of the chain did not issue certificate "
                        + index + "; clients may not find the way to their root");
            }
        }
        privateKey.ifPresent(present -> {
            if (!belongTogether(leaf.getPublicKey(), present)) {
                problems.add(key + ": the key does not belong to the first certificate of " + certificate);
            }
        });
    }

    private List<X509Certificate> chain(Path file) {
        List<X509Certificate> chain = new ArrayList<>();
        try (InputStream stream = Files.newInputStream(file)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(stream)) {
                chain.add((X509Certificate) certificate);
            }
        } catch (IOException exception) {
            problems.add(unreadable(file, exception));
            return List.of();
        } catch (CertificateException exception) {
            problems.add(file + ": not a PEM certificate: " + exception.getMessage());
            return List.of();
        }
        if (chain.isEmpty()) {
            problems.add(file + ": no certificate in it (expected -----BEGIN CERTIFICATE-----)");
        }
        for (X509Certificate certificate : chain) {
            validity(file, certificate);
        }
        return chain;
    }

    private void validity(Path file, X509Certificate certificate) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String subject = certificate.getSubjectX500Principal().getName();
        if (now.isBefore(from)) {
            problems.add(file + ": " + subject + " is not valid before " + from);
        } else if (now.isAfter(until)) {
            problems.add(file + ": " + subject + " expired at " + until);
        } else if (now.plus(SOON).isAfter(until)) {
            warnings.add(file + ": " + subject + " expires at " + until);
        }
    }

    private Optional<PrivateKey> privateKey(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException exception) {
            problems.add(unreadable(file, exception));
            return Optional.empty();
        }
        Matcher matcher = PKCS8.matcher(text);
        if (!matcher.find()) {
            Matcher other = OTHER_KEY.matcher(text);
            problems.add(
                    other.find()
                            ? file + ": is a " + other.group(1) + " (expected PRIVATE KEY; convert it with:"
                                    + " openssl pkcs8 -topk8 -nodes -in " + file.getFileName() + ")"
                            : file + ": no key in it (expected -----BEGIN PRIVATE KEY-----)");
            return Optional.empty();
        }
        try {
            var specification =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
            for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
                Optional<PrivateKey> key = parse(algorithm, specification);
                if (key.isPresent()) {
                    return key;
                }
            }
        } catch (IllegalArgumentException exception) {
            problems.add(file + ": broken base64 in the key");
            return Optional.empty();
        }
        problems.add(file + ": neither an RSA nor an EC key");
        return Optional.empty();
    }

    private static Optional<PrivateKey> parse(String algorithm, PKCS8EncodedKeySpec specification) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(specification));
        } catch (GeneralSecurityException exception) {
            return Optional.empty();
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
        String algorithm =
                switch (privateKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case String other -> other;
                };
        try {
            byte[] sample = "gatehouse".getBytes(StandardCharsets.US_ASCII);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(sample);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(sample);
            return verifier.verify(signature);
        } catch (GeneralSecurityException exception) {
            return false;
        }
    }

    private static String unreadable(Path file, IOException exception) {
        return exception instanceof NoSuchFileException
                ? file + ": there is no such file"
                : file + ": cannot be read: " + exception.getMessage();
    }
}
