package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse sessions list}. */
@Command(
        name = "list",
        description = {
            "Lists the open sessions, the newest first.",
            "",
            "  gatehouse sessions list --sort idle --limit 20",
            ""
        })
final class SessionsListCommand extends SessionsListAction {
    SessionsListCommand(World world) {
        super(world);
    }
}
