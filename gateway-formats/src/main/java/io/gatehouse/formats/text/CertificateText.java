package io.gatehouse.formats.text;

import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** Names a certificate in audit lines: by its subject, its serial number and its issuer. */
public final class CertificateText {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private CertificateText() {}

    /** {@code certificate of "CN=Alice", serial 1A2B, issued by "CN=Example CA"}. */
    public static String of(X509Certificate certificate) {
        return "certificate of %s, serial %s, issued by %s"
                .formatted(
                        PrintableText.quoted(
                                certificate.getSubjectX500Principal().getName()),
                        HEX.formatHex(certificate.getSerialNumber().toByteArray()),
                        PrintableText.quoted(
                                certificate.getIssuerX500Principal().getName()));
    }
}
