package io.gatehouse.core.config;

import io.gatehouse.api.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a certificate and its private key are.
 *
 * @param certificate the certificate with its chain, in PEM; with the key in PKCS #12, when there is a password
 * @param key the key in PEM, or the same file; that file with a password
 * @param password of a PKCS #12 file
 */
public record CertificatePaths(Path certificate, Path key, Optional<Secret> password) {
    /** Two PEM files. */
    public static CertificatePaths ofPem(Path certificate, Path key) {
        return new CertificatePaths(certificate, key, Optional.empty());
    }
}
