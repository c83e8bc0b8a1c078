package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse ticket list}. */
@Command(name = "list", description = "Lists the device tickets that are good.")
final class TicketListCommand extends AdminAction {
    TicketListCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/device-tickets", Map.of());
    }

    @Override
    void print(Reply reply) {
        Table table = new Table("ID", "ACCOUNT", "DEVICE", "DESKTOP", "MADE", "LAST USED", "FROM", "EXPIRES");
        reply.list("tickets")
                .forEach(ticket -> table.row(
                        Reply.text(ticket, "id"),
                        Reply.text(ticket, "account"),
                        Reply.text(ticket, "device"),
                        Reply.text(ticket, "desktop"),
                        Reply.text(ticket, "made"),
                        Reply.text(ticket, "lastUsed"),
                        Reply.text(ticket, "lastUsedFrom"),
                        Reply.text(ticket, "expires")));
        table.print(out());
    }
}
