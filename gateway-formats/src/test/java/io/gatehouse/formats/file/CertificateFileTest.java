package io.gatehouse.formats.file;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.ProviderException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates as administrators have them. */
class CertificateFileTest {
    /** A certificate and that of its issuer, behind a byte order mark. */
    private static final byte[] WITH_MARK = resource();

    private static final String PEM = first(new String(WITH_MARK, StandardCharsets.UTF_8));
    private static final String SUBJECT = "CN=gw.example.test";

    @TempDir
    private Path folder;

    private static String first(String text) {
        String end = "-----END CERTIFICATE-----\n";
        return text.substring(1, text.indexOf(end) + end.length());
    }

    private static byte[] resource() {
        try (InputStream stream =
                requireNonNull(CertificateFileTest.class.getResourceAsStream("byte-order-mark.pem"))) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Path file(byte[] content) {
        try {
            return Files.write(folder.resolve("a.pem"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] der() {
        return Base64.getMimeDecoder().decode(PEM.replaceAll("-----[^-]*-----", ""));
    }

    static Stream<byte[]> acceptable() {
        return Stream.of(
                ("\ufeff" + PEM).getBytes(StandardCharsets.UTF_8),
                PEM.getBytes(StandardCharsets.UTF_8),
                ("Müllers Zertifikat\n" + PEM + "Grüße\n").getBytes(StandardCharsets.UTF_8),
                ("Müllers Zertifikat\n" + PEM + "Grüße\n").getBytes(StandardCharsets.ISO_8859_1),
                PEM.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8),
                PEM.replace("\n", " \n   ").getBytes(StandardCharsets.UTF_8));
    }

    /** Nor a pipe, which would block until somebody writes to it. */
    @Test
    void noFolderOrDeviceIsRead() {
        for (Path other : List.of(folder, Path.of("/dev/null"))) {
            assertThatThrownBy(() -> CertificateFile.read(other))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage(other + ": is not a regular file");
        }
    }

    @ParameterizedTest
    @MethodSource("acceptable")
    void whatStandsAroundABlockDoesNotMatter(byte[] content) throws Exception {
        assertThat(CertificateFile.read(file(content)))
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly(SUBJECT);
    }

    @Test
    void everyBlockIsRead() throws Exception {
        assertThat(CertificateFile.read(file(WITH_MARK)))
                .extracting(certificate -> certificate.getSubjectX500Principal().getName())
                .containsExactly(SUBJECT, "CN=Test Intermediate");
        assertThat(CertificateFile.read(file((PEM + PEM + PEM).getBytes(StandardCharsets.UTF_8))))
                .hasSize(3);
    }

    private static byte[] pkcs12() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Path scratch = Files.createTempFile("certificate", ".pem");
        try {
            X509Certificate certificate =
                    CertificateFile.read(Files.write(scratch, WITH_MARK)).getFirst();
            store.setCertificateEntry("a", certificate);
        } finally {
            Files.delete(scratch);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, "secret".toCharArray());
        return bytes.toByteArray();
    }

    static Stream<Arguments> others() throws Exception {
        Charset littleEndian = StandardCharsets.UTF_16LE;
        return Stream.of(
                Arguments.of(der(), "it is a certificate in DER", "openssl x509 -inform der -in FILE -out FILE.pem"),
                Arguments.of(pkcs12(), "it is PKCS #12 (.pfx, .p12)", "openssl pkcs12 -in FILE -nodes -out FILE.pem"),
                Arguments.of(("\ufeff" + PEM).getBytes(littleEndian), "it is UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
                Arguments.of(PEM.getBytes(littleEndian), "it is UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
                Arguments.of(
                        PEM.replace("CERTIFICATE", "PKCS7").getBytes(StandardCharsets.UTF_8),
                        "no certificate in it (expected -----BEGIN CERTIFICATE-----, found -----BEGIN PKCS7-----)",
                        "openssl pkcs7 -print_certs -in FILE -out FILE.new"),
                Arguments.of(
                        PEM.replace("CERTIFICATE", "PRIVATE KEY").getBytes(StandardCharsets.UTF_8),
                        "no certificate in it (expected -----BEGIN CERTIFICATE-----, found -----BEGIN PRIVATE KEY-----)",
                        ""),
                Arguments.of(
                        PEM.substring(0, 200).getBytes(StandardCharsets.UTF_8),
                        "the block -----BEGIN CERTIFICATE----- does not end (expected -----END CERTIFICATE-----)",
                        ""),
                Arguments.of(new byte[0], "no certificate in it (expected -----BEGIN CERTIFICATE-----)", ""));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherFormatsAreNamedWithTheCommandThatConvertsThem(byte[] content, String problem, String command) {
        Path file = file(content);

        assertThatThrownBy(() -> CertificateFile.read(file))
                .isInstanceOf(ProviderException.class)
                .hasMessageStartingWith(file + ": " + problem)
                .hasMessageContaining(command.replace("FILE", file.toString()));
    }
}
