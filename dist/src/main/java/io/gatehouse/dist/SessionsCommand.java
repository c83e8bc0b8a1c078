package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse sessions}: who is connected. */
@Command(
        name = "sessions",
        description = {
            "Shows who is connected through the running gateway, ends sessions, and shows users messages.",
            "",
            "  gatehouse sessions list --user 'CORP\\alice'",
            "  gatehouse sessions show ID",
            "  gatehouse sessions end ID --reason 'lost laptop'",
            "  gatehouse sessions message --all 'The gateway restarts at noon.'",
            ""
        })
final class SessionsCommand extends CommandGroup {}
