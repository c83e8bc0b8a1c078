package io.gatehouse.dist;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatehouse ticket list}. */
@Command(name = "list", description = "Lists the device tickets that are good, the newest first.")
final class TicketListCommand extends AdminAction {
    @Option(names = "--user", paramLabel = "NAME", description = "an account, or a pattern: 'CORP\\*'")
    private String user = "";

    @Option(names = "--device", paramLabel = "NAME", description = "what the user calls the device: '*laptop*'")
    private String device = "";

    @Option(names = "--desktop", paramLabel = "NAME", description = "the name of the desktop")
    private String desktop = "";

    @Option(names = "--provider", paramLabel = "NAME", description = "the sign-in provider of the account: ldap")
    private String provider = "";

    @Mixin
    private final PageOption page = new PageOption();

    TicketListCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("user", user);
        query.put("device", device);
        query.put("desktop", desktop);
        query.put("provider", provider);
        page.addTo(query);
        return api.get("/v1/device-tickets", query);
    }

    @Override
    void print(Reply reply) {
        Table table =
                new Table("ID", "ACCOUNT", "PROVIDER", "DEVICE", "DESKTOP", "MADE", "LAST USED", "FROM", "EXPIRES");
        reply.list("tickets")
                .forEach(ticket -> table.row(
                        Reply.text(ticket, "id"),
                        Reply.text(ticket, "account"),
                        Reply.text(ticket, "provider"),
                        Reply.text(ticket, "device"),
                        Reply.text(ticket, "desktop"),
                        Reply.text(ticket, "made"),
                        Reply.text(ticket, "lastUsed"),
                        Reply.text(ticket, "lastUsedFrom"),
                        Reply.text(ticket, "expires")));
        PageOption.print(out(), table, reply, "tickets");
    }
}
