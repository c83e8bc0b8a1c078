package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of one test, made by {@code openssl}; ECDSA P-256 throughout. */
public final class TestCertificates {
    static final List<String> NEW_KEY =
            List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-sha256");

    private final TestFolder folder;
    private final String commonName;
    private final Pair authority;

    private TestCertificates(TestFolder folder, String commonName, Pair authority) {
        this.folder = folder;
        this.commonName = commonName;
        this.authority = authority;
    }

    /**
     * A server's certificate.
     *
     * @param certificate the certificate, PEM; others of its chain may follow
     * @param key its private key, PEM without password, readable by us only
     */
    public record Pair(Path certificate, Path key) {}

    /** A new authority with this common name. */
    public static TestCertificates authority(TestFolder folder, String commonName) {
        return new TestCertificates(folder, commonName, selfSigned(folder, commonName));
    }

    /** The certificate of a new authority, which nobody but itself has signed. */
    static Pair selfSigned(TestFolder folder, String commonName) {
        Path certificate = folder.fresh("ca.pem");
        Path key = folder.fresh("ca.key");
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-days", "2"));
        command.addAll(NEW_KEY);
        command.addAll(
                List.of("-subj", "/CN=" + commonName, "-out", certificate.toString(), "-keyout", key.toString()));
        Command.of(command.toArray(String[]::new)).runOrThrow(folder);
        return new Pair(certificate, key);
    }

    /** The authority's own certificate, PEM. */
    public Path certificate() {
        return authority.certificate();
    }

    /**
     * A certificate that is good for the next two days.
     *
     * @param names subject alternative names in the form of {@code openssl}: {@code DNS:dc1.ad.test},
     *     {@code IP:127.1.2.3}
     */
    public Pair issue(String... names) {
        return issue(authority, 2, names);
    }

    /** {@link #issue} with a certificate that is good for {@code days}. */
    public Pair issueFor(int days, String... names) {
        return issue(authority, days, names);
    }

    /** {@link #issue} with a certificate that has expired. */
    public Pair issueExpired(String... names) {
        return issue(authority, -1, names);
    }

    /**
     * {@link #issue} by somebody who has the authority's name and certificate, which is part of the chain, but not its
     * key.
     */
    Pair forge(String... names) {
        Pair impostor = authority(folder, commonName).authority;
        return chain(issue(impostor, 2, names), authority);
    }

    /** {@link #issue} by the holder of a certificate of this authority that is for a server, not for issuing others. */
    Pair issueByServer(String... names) {
        Pair server = issue("DNS:neighbour.example.test");
        return chain(issue(server, 2, names), server);
    }

    private Pair chain(Pair leaf, Pair issuer) {
        try {
            String chain = Files.readString(leaf.certificate()) + Files.readString(issuer.certificate());
            return new Pair(folder.write("chain.pem", chain), leaf.key());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Pair issue(Pair issuer, int days, String... names) {
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
                        issuer.certificate().toString(),
                        "-CAkey",
                        issuer.key().toString(),
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
