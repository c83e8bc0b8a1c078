package io.gatehouse.dist;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Serves until it is told to stop (SIGTERM or Ctrl-C); then says goodbye to open tunnels.",
            "",
            "Refuses to start, with every reason at once, when the configuration is wrong: the same that",
            "gatehouse check finds. Log lines go to standard error, audit lines where [audit] says.",
            "",
            "  gatehouse run --config conf/gatehouse.toml",
            ""
        })
final class RunCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    RunCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException, InterruptedException {
        Path file = configuration.file(world);
        var err = specification.commandLine().getErr();
        try (RunningGateway gateway = RunningGateway.start(file, world.clock(), err)) {
            world.lifetime().serve(gateway::close);
        }
        return ExitCode.OK;
    }
}
