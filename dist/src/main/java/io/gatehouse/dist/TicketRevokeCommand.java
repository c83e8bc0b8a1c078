package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse ticket revoke}. */
@Command(
        name = "revoke",
        description =
                "Ends a device ticket, and the sessions that are open by it. Exit code 5 if its file could not be written,"
                        + " so that a restart of the gateway brings the ticket back.")
final class TicketRevokeCommand extends KeptAction {
    @Parameters(paramLabel = "ID", description = "the id of the ticket, as gatehouse ticket list shows it")
    private String id = "";

    TicketRevokeCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        if (!id.matches("[0-9a-f]{1,32}")) {
            throw CommandException.wrong("\"" + id + "\" is no id of a ticket (gatehouse ticket list shows them)");
        }
        return api.post("/v1/device-tickets/" + id + "/revoke", Map.of());
    }

    @Override
    void print(Reply reply) {
        out().println("revoked device ticket " + reply.text("id"));
    }
}
