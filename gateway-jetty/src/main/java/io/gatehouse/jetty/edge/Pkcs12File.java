package io.gatehouse.jetty.edge;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Reads a certificate with its chain and key from a PKCS #12 file, as Windows and many authorities hand them out. */
final class Pkcs12File {
    private Pkcs12File() {}

    /**
     * The pair; whether it can be used is not checked.
     *
     * @throws GatewayStartException when the file has no such pair, or the password is wrong
     */
    static TlsFiles read(Path file, Secret password) throws GatewayStartException {
        byte[] content;
        try {
            content = SecretFile.read(file, TlsFiles.KIND_OF_KEY, TlsFiles.LARGEST_KEY);
        } catch (ProviderException e) {
            throw new GatewayStartException(String.valueOf(e.getMessage()), e);
        }
        char[] characters = password.text().toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(content), characters);
            return pair(file, store, characters);
        } catch (IOException | GeneralSecurityException e) {
            throw new GatewayStartException(
                    file + ": "
                            + (e.getCause() instanceof UnrecoverableKeyException
                                    ? "the password is wrong"
                                    : "no PKCS #12 file that can be read: " + e.getMessage()),
                    e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private static TlsFiles pair(Path file, KeyStore store, char[] password)
            throws GeneralSecurityException, GatewayStartException {
        List<String> keys = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                keys.add(alias);
            }
        }
        if (keys.size() != 1) {
            throw new GatewayStartException(file + ": " + keys.size() + " private keys in it (expected one)");
        }
        List<X509Certificate> chain = new ArrayList<>();
        Certificate[] certificates = store.getCertificateChain(keys.getFirst());
        for (Certificate certificate : certificates == null ? new Certificate[0] : certificates) {
            if (certificate instanceof X509Certificate known) {
                chain.add(known);
            }
        }
        if (chain.isEmpty() || !(store.getKey(keys.getFirst(), password) instanceof PrivateKey key)) {
            throw new GatewayStartException(file + ": no certificate for the private key in it");
        }
        return new TlsFiles(chain, key);
    }
}
