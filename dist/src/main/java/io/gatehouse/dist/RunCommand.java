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
        world().lifetime()
                .serve(new Service(RunningGateway.prepared(file(), world(), err()), ServiceManager.ofThisProcess()));
    }

    /** A gateway that waits for its users before it ends. A signal while it starts lets it start, and then ends it. */
    private static final class Service implements World.Server {
        private final RunningGateway gateway;
        private final ServiceManager manager;
        private Runnable helpers = () -> {};
        private boolean isOpen;
        private boolean isClosed;

        Service(RunningGateway gateway, ServiceManager manager) {
            this.gateway = gateway;
            this.manager = manager;
        }

        @Override
        public synchronized void open() throws CommandException {
            if (isClosed) {
                return;
            }
            gateway.open();
            isOpen = true;
            HangUp.Answering answering = HangUp.answerBy(() -> gateway.reload("SIGHUP"));
            manager.ready("listens on " + gateway.address());
            ServiceManager.Watching watching = manager.watch(gateway::responds);
            helpers = () -> {
                watching.close();
                answering.close();
            };
        }

        @Override
        public synchronized void close() {
            isClosed = true;
            try {
                if (isOpen) {
                    isOpen = false;
                    manager.stopping(gateway.drainLimit());
                    gateway.drain("a signal");
                }
            } finally {
                gateway.close();
                helpers.run();
            }
        }

        @Override
        public void hurry() {
            gateway.hurry();
        }
    }
}
