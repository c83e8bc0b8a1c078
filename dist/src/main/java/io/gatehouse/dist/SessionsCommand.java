package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse sessions}: who is connected; without a command below it, the list. */
@Command(
        name = "sessions",
        description = {
            "Shows who is connected through the running gateway, ends sessions, and shows users messages.",
            "",
            "  gatehouse sessions --user 'CORP\\alice' --since 2h",
            "  gatehouse sessions show ID",
            "  gatehouse sessions end ID --reason 'lost laptop'",
            "  gatehouse sessions message --all 'The gateway restarts at noon.'",
            ""
        })
final class SessionsCommand extends SessionsListAction {
    SessionsCommand(World world) {
        super(world);
    }
}
