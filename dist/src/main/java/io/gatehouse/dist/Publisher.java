package io.gatehouse.dist;

import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.jetty.edge.TlsFiles;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import picocli.CommandLine.Option;

/** The options that say who signs {@code .rdp} files. */
final class Publisher {
    @Option(
            names = "--certificate",
            required = true,
            paramLabel = "FILE",
            description = "PEM: the publisher's certificate, then its chain")
    private Path certificate = Path.of("");

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "PEM: its private key, RSA or EC")
    private Path key = Path.of("");

    /** {@code file} with its signature; tells {@code out} whose it is. */
    RdpFile sign(RdpFile file, Clock clock, PrintWriter out) throws CommandException {
        TlsFiles pair = read(clock);
        RdpFile signed = signer(pair).sign(file);
        X509Certificate leaf = pair.chain().getFirst();
        out.println("signed as " + leaf.getSubjectX500Principal().getName());
        out.println("thumbprint SHA-256 " + Thumbprints.sha256(leaf));
        out.println("thumbprint SHA-1   " + Thumbprints.sha1(leaf));
        return signed;
    }

    private TlsFiles read(Clock clock) throws CommandException {
        try {
            return TlsFiles.read(certificate, key, clock);
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    private RdpSigner signer(TlsFiles pair) throws CommandException {
        try {
            return new RdpSigner(pair.key(), pair.chain());
        } catch (IllegalArgumentException exception) {
            throw CommandException.wrong(key + ": " + exception.getMessage());
        }
    }
}
