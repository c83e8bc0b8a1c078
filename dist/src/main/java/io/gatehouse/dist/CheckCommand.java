package io.gatehouse.dist;

import io.gatehouse.core.config.EffectiveConfiguration;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse check}. */
@Command(
        name = "check",
        description = {
            "Checks the configuration without serving, and reports every problem in one run: unknown keys (with",
            "line and the key that was perhaps meant), values, certificate and key, and whether each provider of",
            "[auth] can be made from its table; and warns when the configured number of connections does not fit into",
            "the limit of open files (ulimit -n). Exit code 0 when it can be run, 2 otherwise.",
            "",
            "  gatehouse check --config conf/gatehouse.toml",
            "  gatehouse check --print | less          what holds, with all defaults; secrets are masked",
            ""
        })
final class CheckCommand extends ConfiguredAction {
    @Option(names = "--print", description = "prints the effective configuration, secrets masked")
    private boolean print;

    CheckCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        Path file = file();
        ConfigurationFile checked = ConfigurationFile.usable(file, world().clock(), err());
        world().files()
                .warning(checked.configuration().gateway().limits().connections())
                .ifPresent(warning -> err().println("warning: " + warning));
        if (print) {
            out().print(EffectiveConfiguration.print(checked.configuration()));
            out().flush();
        } else {
            out().println(file + ": ok");
        }
    }
}
