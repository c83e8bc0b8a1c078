package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        description = {
            "Serves until it is told to stop (SIGTERM or Ctrl-C); then says goodbye to open tunnels.",
            "",
            "Refuses to start, with every reason at once, when the configuration is wrong: the same that",
            "gatehouse check finds. Log lines go to standard error, audit lines where [audit] says.",
            "",
            "  gatehouse run --config conf/gatehouse.toml",
            ""
        })
final class RunCommand extends ConfiguredAction {
    RunCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, InterruptedException {
        try (RunningGateway gateway = RunningGateway.start(file(), world().clock(), err())) {
            world().lifetime().serve(gateway::close);
        }
    }
}
