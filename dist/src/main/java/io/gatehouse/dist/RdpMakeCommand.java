package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.ThroughGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatehouse rdp make}. */
@Command(
        name = "make",
        description = {
            "Makes a .rdp file with a token in it. Anybody who has the file can connect to the target "
                    + "as that user, without a gateway password, until it expires. It is written readable by its "
                    + "owner only.",
            "",
            "  gatehouse rdp make --user 'CORP\\alice' --target pc.example.com --output pc.rdp",
            "  gatehouse rdp make ... --template office.rdp --certificate p.pem --key p.key",
            ""
        })
final class RdpMakeCommand extends ConfiguredAction {
    @Mixin
    private final TokenRequest request = new TokenRequest();

    @Option(
            names = "--gateway",
            paramLabel = "HOST[:PORT]",
            description =
                    "how clients reach the gateway; by default its name in the configuration, with the port of the"
                            + " first listener with TLS when that is not 443")
    private Optional<String> gateway = Optional.empty();

    @Option(
            names = "--template",
            paramLabel = "FILE",
            description = "settings to begin with, a .rdp file; may be given more than once, later ones win")
    private List<Path> templates = List.of();

    @Option(
            names = "--set",
            paramLabel = "SETTING",
            description = "a setting of its own, name:i:number or name:s:text; may be given more than once")
    private List<String> changes = List.of();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "where to write")
    private Path output = Path.of("");

    @ArgGroup(exclusive = false, heading = "Signing:%n")
    private @Nullable Publisher publisher;

    RdpMakeCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        Configuration known = configuration();
        TokenRequest.Minted minted = request.mint(known, world().clock());
        RdpFile made = RdpFile.EMPTY;
        for (Path template : templates) {
            made = made.with(RdpFiles.read(template, err()));
        }
        made = made.with(ThroughGateway.to(
                request.target(),
                gateway.orElseGet(() -> TokenRequest.clientAddress(known, world().clock())),
                minted.text()));
        made = RdpFiles.changed(made, changes);
        if (publisher != null) {
            made = publisher.sign(made, world().clock(), out());
        }
        RdpFiles.write(output, made);
        out().println("wrote " + output + ", good for its first use until "
                + minted.token().expires());
    }
}
