package io.gatehouse.formats.digest;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Digests of certificates as Windows shows them and takes them in policies: hexadecimal, in capitals. */
public final class Thumbprints {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Thumbprints() {}

    /** SHA-1, which mstsc shows and Windows calls the thumbprint. */
    public static String sha1(X509Certificate certificate) {
        return HEX.formatHex(Digests.sha1(encoded(certificate)));
    }

    /** SHA-256, which newer policies take. */
    public static String sha256(X509Certificate certificate) {
        return HEX.formatHex(Digests.sha256(encoded(certificate)));
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has no encoding", e);
        }
    }
}
