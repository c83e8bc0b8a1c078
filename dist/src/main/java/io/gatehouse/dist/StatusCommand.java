package io.gatehouse.dist;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse status}. */
@Command(name = "status", description = "Shows how the running gateway is. Exit code 1 if none runs.")
final class StatusCommand extends AdminAction {
    private static final List<String> PATHS = List.of(
            "ready",
            "draining.since",
            "draining.by",
            "draining.deadline",
            "started",
            "listeners",
            "sessions",
            "tunnels",
            "halfTunnels",
            "connections",
            "connectionsBeforeLogin",
            "blockedUsers",
            "auditEventsLost");

    StatusCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/status", Map.of());
    }

    @Override
    void print(Reply reply) {
        for (String path : PATHS) {
            if (!reply.text(path).isEmpty()) {
                out().printf("%-23s %s%n", path, reply.text(path));
            }
        }
    }
}
