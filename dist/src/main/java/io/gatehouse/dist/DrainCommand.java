package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse drain}. */
@Command(
        name = "drain",
        description = {
            "Lets the running gateway take no new tunnels. Open tunnels go on; /readyz answers 503, so that a load "
                    + "balancer sends clients elsewhere. A restart ends the drain.",
            "",
            "  gatehouse drain --deadline 2h     ends the tunnels that are left after two hours",
            ""
        })
final class DrainCommand extends AdminAction {
    @Option(names = "--deadline", paramLabel = "TIME", description = "ends the tunnels that are left after this time")
    private String deadline = "";

    DrainCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.post("/v1/drain", deadline.isEmpty() ? Map.of() : Map.of("deadline", deadline));
    }

    @Override
    void print(Reply reply) {
        String end = reply.text("draining.deadline");
        out().println("drained; open tunnels: " + reply.text("tunnels") + (end.isEmpty() ? "" : ", until " + end));
    }
}
