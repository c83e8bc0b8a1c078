package io.gatehouse.dist;

import io.gatehouse.dist.draft.ForeignFileException;
import io.gatehouse.dist.draft.RdGatewayMigration;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse migrate rd-gateway}. */
@Command(
        name = "rd-gateway",
        description = {
            "Makes access rules from the policies (CAP, RAP, resource groups) of a Microsoft RD Gateway. The script that"
                    + " --script prints writes them to a file on the Windows server. Rules that would allow more than RD"
                    + " Gateway does are written as comments, with the reason.",
            "",
            "  gatehouse migrate rd-gateway --script > export.ps1",
            "  gatehouse migrate rd-gateway rd-gateway.json > rules.toml",
            ""
        })
final class MigrateRdGatewayCommand extends MigrateAction {
    @Parameters(paramLabel = "FILE", arity = "0..1", description = "the file that the script has written")
    private @Nullable Path file;

    @Option(names = "--script", description = "prints the script, for PowerShell on the RD Gateway server")
    private boolean script;

    MigrateRdGatewayCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        Path source = file;
        if (script == (source != null)) {
            throw CommandException.wrong("expected either FILE or --script");
        }
        if (source == null) {
            out().print(RdGatewayMigration.script());
            out().flush();
            return;
        }
        try {
            finish(RdGatewayMigration.migrate(text(source)), _ -> {});
        } catch (ForeignFileException exception) {
            throw wrong(source, exception);
        }
    }

    @Override
    String next(Path written) {
        return "gatehouse init --rules " + written;
    }
}
