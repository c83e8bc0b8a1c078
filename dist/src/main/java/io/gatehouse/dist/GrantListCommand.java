package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code gatehouse grant list}. */
@Command(name = "list", description = "Lists the grants that last, and the requests that wait for an answer.")
final class GrantListCommand extends AdminAction {
    GrantListCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/grants", Map.of());
    }

    @Override
    void print(Reply reply) {
        Table table = new Table("ID", "ACCOUNT", "DESKTOP", "UNTIL", "BY", "REASON");
        reply.list("grants")
                .forEach(grant -> table.row(
                        Reply.text(grant, "id"),
                        Reply.text(grant, "account"),
                        Reply.text(grant, "desktop"),
                        Reply.text(grant, "until") + (Reply.text(grant, "once").equals("true") ? ", one session" : ""),
                        Reply.text(grant, "by"),
                        Reply.text(grant, "reason")));
        reply.list("requests")
                .forEach(request -> table.row(
                        Reply.text(request, "id"),
                        Reply.text(request, "account"),
                        Reply.text(request, "desktop"),
                        "asked for " + Reply.text(request, "minutes") + " min",
                        "",
                        Reply.text(request, "reason")));
        table.print(out());
    }
}
