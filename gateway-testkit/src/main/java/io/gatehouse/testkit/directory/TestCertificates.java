package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of one test, made by {@code openssl}; ECDSA P-256 throughout. */
final class TestCertificates {
    private static final List<String> NEW_KEY =
            List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256");

    private final TestFolder folder;
    private final Path authority;
    private final Path authorityKey;

    private TestCertificates(TestFolder folder, Path authority, Path authorityKey) {
        this.folder = folder;
        this.authority = authority;
        this.authorityKey = authorityKey;
    }

    /**
     * A server's certificate.
     *
     * @param certificate the certificate, PEM
     * @param key its private key, PEM without password, readable by us only
     */
    record Pair(Path certificate, Path key) {}

    /** A new authority with this common name. */
    static TestCertificates authority(TestFolder folder, String commonName) {
        Path certificate = folder.fresh("ca.pem");
        Path key = folder.fresh("ca.key");
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-days", "2"));
        command.addAll(NEW_KEY);
        command.addAll(
                List.of("-subj", "/CN=" + commonName, "-out", certificate.toString(), "-keyout", key.toString()));
        Command.of(command.toArray(String[]::new)).runOrThrow(folder);
        return new TestCertificates(folder, certificate, key);
    }

    /** The authority's own certificate, PEM. */
    Path certificate() {
        return authority;
    }

    /**
     * A certificate that is good for the next two days.
     *
     * @param names subject alternative names in the form of {@code openssl}: {@code DNS:dc1.ad.test}, {@code IP:127.1.2.3}
     */
    Pair issue(String... names) {
        return issue(2, names);
    }

    /** {@link #issue} with a certificate that has expired. */
    Pair issueExpired(String... names) {
        return issue(-1, names);
    }

    private Pair issue(int days, String... names) {
        Path request = folder.fresh("server.csr");
        Path key = folder.fresh("server.key");
        Path certificate = folder.fresh("server.pem");
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-new"));
        command.addAll(NEW_KEY);
        command.addAll(List.of("-subj", "/CN=" + names[0].substring(names[0].indexOf(':') + 1)));
        command.addAll(List.of("-out", request.toString(), "-keyout", key.toString()));
        Command.of(command.toArray(String[]::new)).runOrThrow(folder);
        Path extensions = folder.write("server.ext", """
                subjectAltName=%s
                extendedKeyUsage=serverAuth
                basicConstraints=CA:FALSE
                """.formatted(String.join(",", names)));
        Command.of(
                        "openssl",
                        "x509",
                        "-req",
                        "-sha256",
                        "-days",
                        String.valueOf(days),
                        "-CAcreateserial",
                        "-CA",
                        authority.toString(),
                        "-CAkey",
                        authorityKey.toString(),
                        "-extfile",
                        extensions.toString(),
                        "-in",
                        request.toString(),
                        "-out",
                        certificate.toString())
                .runOrThrow(folder);
        return new Pair(certificate, key);
    }
}
