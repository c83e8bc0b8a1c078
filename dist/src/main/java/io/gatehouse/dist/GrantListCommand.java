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

    /** As the portal shows it: without the empty domain. */
    private static String account(Map<String, Object> entry) {
        return Reply.text(entry, "account").replaceFirst("^\\\\", "");
    }

    @Override
    void print(Reply reply) {
        Table table = new Table("ID", "ACCOUNT", "DESKTOP", "UNTIL", "BY", "REASON");
        reply.list("grants")
                .forEach(grant -> table.row(
                        Reply.text(grant, "id"),
                        account(grant),
                        Reply.text(grant, "desktop"),
                        Reply.text(grant, "until") + (Reply.text(grant, "once").equals("true") ? ", one session" : ""),
                        Reply.text(grant, "by"),
                        Reply.text(grant, "reason")));
        reply.list("requests")
                .forEach(request -> table.row(
                        Reply.text(request, "id"),
                        account(request),
                        Reply.text(request, "desktop"),
                        "asked for " + Reply.text(request, "minutes") + " min",
                        "",
                        Reply.text(request, "reason")));
        table.print(out());
    }
}
