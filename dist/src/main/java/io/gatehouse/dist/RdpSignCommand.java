package io.gatehouse.dist;

import io.gatehouse.core.policy.Parsed;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSetting;
import io.gatehouse.core.rdp.RdpSigner;
import io.gatehouse.jetty.GatewayStartException;
import io.gatehouse.jetty.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse rdp sign}. */
@Command(
        name = "sign",
        mixinStandardHelpOptions = true,
        description = {
            "Signs a .rdp file as Windows' rdpsign does, in place or into another file.",
            "",
            "mstsc shows the publisher of a signed file. Where the certificate's thumbprint is in the policy",
            "\"Specify thumbprints of certificates representing trusted .rdp publishers\", it asks nothing at all.",
            "",
            "  gatehouse rdp sign win11.rdp --certificate publisher.pem --key publisher.key",
            "  gatehouse rdp sign win11.rdp --set 'gatewayhostname:s:gw.example.com' --output signed.rdp ...",
            ""
        })
final class RdpSignCommand implements Callable<Integer> {
    /** More than any client writes; the model checks the exact limit. */
    private static final int LARGEST_INPUT = 1 << 20;

    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Parameters(paramLabel = "FILE", description = "the file to sign, in any encoding that clients write")
    private Path file = Path.of("");

    @Option(
            names = "--certificate",
            required = true,
            paramLabel = "FILE",
            description = "PEM: the publisher's certificate, then its chain")
    private Path certificate = Path.of("");

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "PEM: its private key, RSA or EC")
    private Path key = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "SETTING",
            description =
                    "a setting to change or add before, name:i:number or name:s:text; may be given more than once")
    private List<String> changes = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "where to write; FILE itself when absent")
    private Optional<Path> output = Optional.empty();

    RdpSignCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException, IOException {
        RdpFile changed = changed(read());
        TlsFiles publisher = publisher();
        RdpFile signed = signer(publisher).sign(changed);
        Path target = output.orElse(file);
        Files.write(target, signed.encode());
        var out = specification.commandLine().getOut();
        X509Certificate leaf = publisher.chain().getFirst();
        out.println("signed " + target + " as " + leaf.getSubjectX500Principal().getName());
        out.println("thumbprint SHA-256 " + thumbprint(leaf, "SHA-256"));
        out.println("thumbprint SHA-1   " + thumbprint(leaf, "SHA-1"));
        return ExitCode.OK;
    }

    private RdpFile read() throws CommandException, IOException {
        byte[] bytes;
        try (InputStream input = Files.newInputStream(file)) {
            bytes = input.readNBytes(LARGEST_INPUT);
        } catch (NoSuchFileException _) {
            throw CommandException.failed(file + ": there is no such file");
        }
        return switch (RdpFile.parse(bytes)) {
            case Parsed.Valid<RdpFile>(RdpFile parsed) -> parsed;
            case Parsed.Faulty<RdpFile>(String problem) -> throw CommandException.failed(file + ": " + problem);
        };
    }

    private RdpFile changed(RdpFile original) throws CommandException {
        RdpFile changed = original;
        for (String change : changes) {
            changed = switch (RdpSetting.parse(change)) {
                case Parsed.Valid<RdpSetting>(RdpSetting setting) -> changed.with(setting);
                case Parsed.Faulty<RdpSetting>(String problem) ->
                    throw CommandException.wrong("--set " + change + ": " + problem);
            };
        }
        return changed;
    }

    private TlsFiles publisher() throws CommandException {
        try {
            return TlsFiles.read(certificate, key, world.clock());
        } catch (GatewayStartException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    private RdpSigner signer(TlsFiles publisher) throws CommandException {
        try {
            return new RdpSigner(publisher.key(), publisher.chain());
        } catch (IllegalArgumentException exception) {
            throw CommandException.wrong(key + ": " + exception.getMessage());
        }
    }

    private static String thumbprint(X509Certificate certificate, String algorithm) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException exception) {
            throw new IllegalStateException("every Java runtime has " + algorithm, exception);
        }
    }
}
