package io.gatehouse.dist;

import io.gatehouse.core.config.EffectiveConfiguration;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse check}. */
@Command(
        name = "check",
        description = {
            "Checks the configuration, and reports every problem in one run: unknown keys (with the "
                    + "line and the key that was probably meant), values, certificates and keys, and whether a "
                    + "gateway can be put together from it all. Binds no port. Warns when the configured number "
                    + "of connections does not fit into the limit of open files (ulimit -n). Exit code 0 if the "
                    + "gateway can start, 2 otherwise.",
            "",
            "  gatehouse check --config conf/gatehouse.toml",
            "  gatehouse check --bind           tries every address; stop the gateway first",
            "  gatehouse check --print | less   shows every setting, defaults included",
            ""
        })
final class CheckCommand extends ConfiguredAction {
    @Option(names = "--print", description = "prints the effective configuration, defaults included, secrets masked")
    private boolean print;

    @Option(names = "--bind", description = "also tries to listen on every address, where nothing may listen yet")
    private boolean bind;

    CheckCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        Path file = file();
        ConfigurationFile checked = ConfigurationFile.usable(file, world(), bind, err());
        if (print) {
            out().print(EffectiveConfiguration.print(checked.configuration()));
            out().flush();
        } else {
            out().println(file + ": ok");
        }
    }
}
