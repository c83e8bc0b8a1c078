package io.gatehouse.dist;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user block}. */
@Command(
        name = "block",
        description = {
            "Keeps a user of any provider out of the running gateway for a while, and ends all that the user has open.",
            "",
            "  gatehouse user block 'CORP\\alice' --for 8h --reason 'lost laptop'",
            "",
            "Exit code 5 if the block holds but could not be written to the file of [admin] blocks.",
            ""
        })
final class UserBlockCommand extends KeptAction {
    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private String name = "";

    @Option(names = "--for", paramLabel = "TIME", description = "10m, 8h, 30d; default: 1h")
    private String duration = "1h";

    @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log")
    private String reason = "";

    UserBlockCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        Map<String, Object> fields = new HashMap<>(Map.of("user", name, "duration", duration));
        if (!reason.isEmpty()) {
            fields.put("reason", reason);
        }
        return api.post("/v1/users/block", fields);
    }

    @Override
    void print(Reply reply) {
        out().println("blocked " + reply.text("account") + " until " + reply.text("until") + "; ended "
                + reply.text("tunnels") + " tunnels, " + reply.text("portalSessions") + " portal sessions and "
                + reply.text("deviceTickets") + " device tickets");
    }
}
