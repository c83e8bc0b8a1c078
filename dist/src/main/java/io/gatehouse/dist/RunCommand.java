package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse run}. */
@Command(
        name = "run",
        description = {
            "Runs the gateway until SIGTERM or Ctrl-C. Then it takes no more connections, waits for open sessions for "
                    + "the time of [server] drain-limit, closes what is left, and ends. A second SIGTERM or Ctrl-C ends "
                    + "the wait. SIGHUP reads the configuration again (gatehouse reload).",
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
                world().lifetime().serve(new Draining(gateway, manager));
            }
        }
    }

    /** A gateway that waits for its users before it ends. */
    private record Draining(RunningGateway gateway, ServiceManager manager) implements World.Server {
        @Override
        public void close() {
            manager.stopping(gateway.drainLimit());
            gateway.drain("a signal");
            gateway.close();
        }

        @Override
        public void hurry() {
            gateway.hurry();
        }
    }
}
