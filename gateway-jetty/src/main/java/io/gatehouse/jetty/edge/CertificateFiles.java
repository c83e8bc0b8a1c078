package io.gatehouse.jetty.edge;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.CertificatePaths;
import io.gatehouse.formats.digest.Digests;
import io.gatehouse.formats.file.PublicFile;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The files of a server's certificate. Their content says whether they have changed: times of files do not tell about a
 * link that is put in the place of another one, and not about copies with the old times.
 *
 * @param paths of the server's own certificate
 * @param proxies certificates that reverse proxies show to clients
 */
record CertificateFiles(CertificatePaths paths, List<Path> proxies) {
    private static final int LARGEST = 4 << 20;

    CertificateFiles {
        proxies = List.copyOf(proxies);
    }

    /**
     * Names their content, without a trace of the key in it that anybody could use.
     *
     * @throws GatewayStartException when one cannot be read, or the key is open to others
     */
    String digest() throws GatewayStartException {
        try {
            List<byte[]> digests = new ArrayList<>();
            digests.add(Digests.sha256(SecretFile.read(paths.key(), TlsFiles.KIND_OF_KEY, TlsFiles.LARGEST_KEY)));
            if (!paths.certificate().equals(paths.key())) {
                digests.add(Digests.sha256(PublicFile.read(paths.certificate(), LARGEST)));
            }
            for (Path proxy : proxies) {
                digests.add(Digests.sha256(PublicFile.read(proxy, LARGEST)));
            }
            return HexFormat.of().formatHex(Digests.sha256(digests.toArray(byte[][]::new)));
        } catch (ProviderException e) {
            throw new GatewayStartException(String.valueOf(e.getMessage()), e);
        }
    }
}
