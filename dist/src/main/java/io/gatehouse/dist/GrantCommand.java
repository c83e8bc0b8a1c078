package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse grant}: access to desktops for a while. */
@Command(
        name = "grant",
        description = {
            "Manages temporary grants of a running gateway ([portal.grants]).",
            "",
            "  gatehouse grant list",
            "  gatehouse grant add 'CORP\\alice' server7 --for 2h --reason 'ticket 4711'",
            "  gatehouse grant revoke 5f0c92ab31",
            ""
        })
final class GrantCommand extends CommandGroup {}
