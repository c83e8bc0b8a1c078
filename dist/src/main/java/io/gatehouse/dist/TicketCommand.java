package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse ticket}: files for devices. */
@Command(
        name = "ticket",
        description = {
            "Manages the device tickets of a running gateway ([portal.device-tickets]).",
            "",
            "  gatehouse ticket list",
            "  gatehouse ticket revoke 5f0c92ab31",
            ""
        })
final class TicketCommand extends CommandGroup {}
