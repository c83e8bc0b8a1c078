package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        description = {
            "Runs the gateway until SIGTERM or Ctrl-C; then closes all open channels and ends. SIGHUP reads the "
                    + "configuration again (gatehouse reload).",
            "",
            "If the configuration is wrong, it does not start and prints every reason, as gatehouse "
                    + "check does. The log goes to standard error, the audit log where [audit] says.",
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
        AotCache.warnIfUnused();
        ServiceManager manager = ServiceManager.ofThisProcess();
        try (RunningGateway gateway = RunningGateway.start(file(), world(), err());
                HangUp.Answering _ = HangUp.answerBy(() -> gateway.reload("SIGHUP"))) {
            manager.ready("listens on " + gateway.address());
            try (ServiceManager.Watching _ = manager.watch(gateway::responds)) {
                world().lifetime().serve(() -> stop(gateway, manager));
            }
        }
    }

    private static void stop(RunningGateway gateway, ServiceManager manager) {
        manager.stopping();
        gateway.close();
    }
}
