package io.gatehouse.provider.certificate;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.PemText;
import io.gatehouse.formats.file.PublicFile;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.List;

/** Reads certificate revocation lists, PEM or DER as authorities publish them. */
final class RevocationList {
    private static final int LARGEST = 32 << 20;
    private static final String LABEL = "X509 CRL";
    private static final byte SEQUENCE = 0x30;

    private RevocationList() {}

    /**
     * All lists of {@code file}.
     *
     * @throws ProviderException when there is none; the message begins with the file
     */
    static List<X509CRL> read(Path file) throws ProviderException {
        byte[] content = PublicFile.read(file, LARGEST);
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            if (content.length > 0 && content[0] == SEQUENCE) {
                return List.of((X509CRL) factory.generateCRL(new ByteArrayInputStream(content)));
            }
            List<PemText.Block> blocks = PemText.blocks(file, content);
            List<X509CRL> lists = new ArrayList<>();
            for (PemText.Block block : blocks) {
                if (block.label().equals(LABEL)) {
                    byte[] text = block.text().getBytes(StandardCharsets.ISO_8859_1);
                    lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(text)));
                }
            }
            if (lists.isEmpty()) {
                throw new ProviderException(
                        "no revocation list in it (expected -----BEGIN X509 CRL-----" + PemText.found(blocks) + ")");
            }
            return List.copyOf(lists);
        } catch (CRLException | CertificateException e) {
            throw new ProviderException(file + ": no certificate revocation list: " + e.getMessage(), e);
        } catch (ProviderException e) {
            throw new ProviderException(file + ": " + e.getMessage(), e);
        }
    }
}
