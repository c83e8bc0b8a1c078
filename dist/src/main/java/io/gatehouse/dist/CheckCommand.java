package io.gatehouse.dist;

import io.gatehouse.core.config.EffectiveConfiguration;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the configuration without serving, and reports every problem in one run: unknown keys (with",
            "line and the key that was perhaps meant), values, certificate and key, and whether each provider of",
            "[auth] can be made from its table. Exit code 0 when it can be run, 2 otherwise.",
            "",
            "  gatehouse check --config conf/gatehouse.toml",
            "  gatehouse check --print | less          what holds, with all defaults; secrets are masked",
            ""
        })
final class CheckCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Option(names = "--print", description = "prints the effective configuration, secrets masked")
    private boolean print;

    CheckCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException {
        Path file = configuration.file(world);
        var out = specification.commandLine().getOut();
        ConfigurationFile checked = ConfigurationFile.usable(
                file, world.clock(), specification.commandLine().getErr());
        if (print) {
            out.print(EffectiveConfiguration.print(checked.configuration()));
            out.flush();
        } else {
            out.println(file + ": ok");
        }
        return ExitCode.OK;
    }
}
