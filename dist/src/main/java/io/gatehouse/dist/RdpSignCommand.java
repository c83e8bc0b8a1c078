package io.gatehouse.dist;

import io.gatehouse.core.rdp.RdpFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse rdp sign}. */
@Command(
        name = "sign",
        description = {
            "Signs a .rdp file as Windows' rdpsign does, in place or into another file. A file with a "
                    + "token or a saved password in it is written readable by its owner only.",
            "",
            "mstsc shows the publisher of a signed file. If the certificate's thumbprint is in the "
                    + "policy \"Specify thumbprints of certificates representing trusted .rdp publishers\", mstsc "
                    + "opens it without a warning.",
            "",
            "  gatehouse rdp sign pc.rdp --certificate publisher.pem --key publisher.key",
            "  gatehouse rdp sign pc.rdp --set gatewayusagemethod:i:1 -o new.rdp ...",
            ""
        })
final class RdpSignCommand extends Action {
    @Parameters(paramLabel = "FILE", description = "the file to sign, in any encoding that clients write")
    private Path file = Path.of("");

    @Mixin
    private final Publisher publisher = new Publisher();

    @Option(
            names = "--set",
            paramLabel = "SETTING",
            description =
                    "a setting to change or add before signing, name:i:number or name:s:text; may be given more than once")
    private List<String> changes = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "where to write; FILE itself when absent")
    private Optional<Path> output = Optional.empty();

    RdpSignCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        RdpFile changed = RdpFiles.changed(RdpFiles.read(file, err()), changes);
        Path target = output.orElse(file);
        RdpFiles.write(target, publisher.sign(changed, world().clock(), out()));
        out().println("wrote " + target);
    }
}
