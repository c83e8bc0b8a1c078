package io.gatehouse.jetty.acme;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.config.AcmeConfig;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.RegularFile;
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
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    /**
     * What became of attempts. If the file is lost, broken or cannot be read, which the log says then, the certificates
     * say when and by whom they were issued: a gateway that loses its file again and again must not order each time.
     */
    AcmeHistory history() {
        Path file = folder.resolve(HISTORY);
        if (Files.exists(file)) {
            try {
                AcmeHistory history = AcmeHistory.parse(new String(read(file), StandardCharsets.UTF_8));
                if (!history.attempts().isEmpty()) {
                    return history;
                }
            } catch (IOException e) {
                LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the history of [acme] cannot be read");
            }
        }
        Optional<Origin> present = origin(certificate);
        List<Instant> ordered = Stream.of(origin(folder.resolve(BEFORE)), present)
                .flatMap(Optional::stream)
                .map(Origin::ordered)
                .distinct()
                .toList();
        return AcmeHistory.ofCertificates(present.map(Origin::directory).orElse(""), ordered);
    }

    /** The first line of a file with a certificate: which server was asked for it, and when. */
    private record Origin(String directory, Instant ordered) {
        private static final Pattern LINE = Pattern.compile("Issued by (\\S+), ordered at (\\S+)");

        static Optional<Origin> parse(String line) {
            Matcher matcher = LINE.matcher(line);
            try {
                return matcher.matches()
                        ? Optional.of(new Origin(matcher.group(1), Instant.parse(matcher.group(2))))
                        : Optional.empty();
            } catch (DateTimeException _) {
                return Optional.empty();
            }
        }

        String line() {
            return "Issued by " + directory + ", ordered at " + ordered;
        }
    }

    private static Optional<Origin> origin(Path file) {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return new String(read(file), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .flatMap(Origin::parse);
        } catch (IOException _) {
            return Optional.empty(); // said when it is used
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
        try (InputStream content = RegularFile.open(certificate)) {
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

    /**
     * Puts a certificate with its chain and its key in the place of the ones before, as a whole.
     *
     * @param directory the server that has issued it
     * @param ordered when it was ordered
     */
    void write(AcmeServer.Issued issued, String directory, Instant ordered) throws IOException {
        StringBuilder text = new StringBuilder(new Origin(directory, ordered).line()).append('\n');
        for (X509Certificate each : issued.chain()) {
            text.append(pem(each));
        }
        write(certificate, text + pem(new JcaPKCS8Generator(issued.key(), null)));
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
