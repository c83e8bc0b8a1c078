package io.gatehouse.jetty.acme;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of {@code [acme]}: certificate, key of the account, and what became of attempts. Only its owner reads it.
 */
final class AcmeFolder {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeFolder.class);
    private static final String HISTORY = "history";
    private static final String BEFORE = "certificate.pem.old";
    private static final String ACCOUNT = "account.pem";
    private static final int LARGEST = 1 << 20;
    private static final int ACCOUNT_KEY_BITS = 2048;

    private final Path folder;
    private final Path certificate;

    AcmeFolder(AcmeConfig config) {
        this.folder = config.state();
        this.certificate = config.certificate();
    }

    /** Makes it, when it is not there. */
    void make() throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** What became of attempts; a file that cannot be read counts as none, and the log says so. */
    AcmeHistory history() {
        Path file = folder.resolve(HISTORY);
        if (Files.notExists(file)) {
            return AcmeHistory.NONE;
        }
        try {
            return AcmeHistory.parse(new String(read(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the history of [acme] cannot be read");
            return AcmeHistory.NONE;
        }
    }

    /**
     * Puts the certificate in its own place, and a copy beside it.
     *
     * @throws IOException when a new one could not be put there either
     */
    void tryToWrite() throws IOException {
        if (Files.notExists(certificate, LinkOption.NOFOLLOW_LINKS)) {
            return; // whoever could write the history can write this file
        }
        try (InputStream content = Files.newInputStream(certificate)) {
            byte[] present = content.readNBytes(LARGEST);
            WholeFile.write(folder.resolve(BEFORE), present, FileOwnership.PRIVATE);
            WholeFile.write(certificate, present, FileOwnership.PRIVATE);
        } catch (IOException e) {
            throw new IOException(certificate + " cannot be replaced: " + e, e);
        }
    }

    void write(AcmeHistory history) throws IOException {
        write(folder.resolve(HISTORY), history.text());
    }

    /** The key of the account, made when there is none. */
    KeyPair accountKey() throws IOException, GeneralSecurityException {
        Path file = folder.resolve(ACCOUNT);
        if (Files.exists(file)) {
            try (PEMParser parser =
                    new PEMParser(new StringReader(new String(read(file), StandardCharsets.US_ASCII)))) {
                if (parser.readObject() instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getKeyPair(pair);
                }
                throw new IOException(file + ": no RSA key in it (expected -----BEGIN RSA PRIVATE KEY-----)");
            }
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(ACCOUNT_KEY_BITS);
        KeyPair pair = generator.generateKeyPair();
        write(file, pem(pair));
        return pair;
    }

    /** Puts a certificate with its chain and its key in the place of the ones before, as a whole. */
    void write(List<X509Certificate> chain, PrivateKey key) throws IOException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate each : chain) {
            text.append(pem(each));
        }
        write(certificate, text + pem(new JcaPKCS8Generator(key, null)));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return SecretFile.read(file, "file", LARGEST);
        } catch (ProviderException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8), FileOwnership.PRIVATE);
    }
}
