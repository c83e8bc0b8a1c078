package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the certificates of a PEM file, of servers and of authorities alike. */
public final class CertificateFile {
    /** The authorities of a whole operating system fit in. */
    private static final int LARGEST = 4 << 20;

    private CertificateFile() {}

    /**
     * All certificates of {@code file}, in its order.
     *
     * @throws ProviderException when there is none, with the reason; the message begins with the file
     */
    public static List<X509Certificate> read(Path file) throws ProviderException {
        byte[] content = PublicFile.read(file, LARGEST);
        try {
            List<PemText.Block> blocks = PemText.blocks(file, content);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> found = new ArrayList<>();
            for (PemText.Block block : blocks) {
                if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                    byte[] text = block.text().getBytes(StandardCharsets.ISO_8859_1);
                    found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(text)));
                }
            }
            if (found.isEmpty()) {
                throw new ProviderException("no certificate in it (expected -----BEGIN CERTIFICATE-----"
                        + PemText.found(blocks) + ")" + hint(file, blocks));
            }
            return found;
        } catch (CertificateException e) {
            throw new ProviderException(file + ": no PEM certificate: " + e.getMessage(), e);
        } catch (ProviderException e) {
            throw new ProviderException(file + ": " + e.getMessage(), e);
        }
    }

    private static String hint(Path file, List<PemText.Block> blocks) {
        return blocks.stream().anyMatch(block -> block.label().equals("PKCS7"))
                ? "; convert it with: openssl pkcs7 -print_certs -in %1$s -out %1$s.new".formatted(file)
                : "";
    }
}
