package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse undrain}. */
@Command(name = "undrain", description = "Lets a drained gateway take tunnels again.")
final class UndrainCommand extends AdminAction {
    UndrainCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.post("/v1/undrain", Map.of());
    }

    @Override
    void print(Reply reply) {
        out().println(reply.text("drained").equals("true") ? "takes tunnels again" : "was not drained");
    }
}
