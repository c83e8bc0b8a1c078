package io.gatehouse.dist;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse grant add}. */
@Command(
        name = "add",
        description =
                "Lets a user open a desktop for a while, as if it was asked for and approved. Exit code 5 if the grant holds "
                        + "but could not be written to its file.")
final class GrantAddCommand extends KeptAction {
    @Parameters(index = "0", paramLabel = "NAME", description = "the account name: alice or DOMAIN\\alice")
    private String name = "";

    @Parameters(
            index = "1",
            paramLabel = "DESKTOP",
            description = "name of a [[desktop]], one of desktops of [portal.grants]")
    private String desktop = "";

    @Option(names = "--for", paramLabel = "TIME", description = "10m, 2h; default: 1h")
    private String duration = "1h";

    @Option(names = "--once", description = "for one session only")
    private boolean once;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "for the audit log")
    private String reason = "";

    GrantAddCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        Map<String, Object> fields =
                new HashMap<>(Map.of("user", name, "desktop", desktop, "duration", duration, "reason", reason));
        if (once) {
            fields.put("once", true);
        }
        return api.post("/v1/grants/add", fields);
    }

    @Override
    void print(Reply reply) {
        String whose = name.startsWith(".\\") || name.indexOf('\\') < 0 ? " (an account without domain)" : "";
        out().println("granted " + desktop + " to " + name + whose + " for " + duration + ": grant "
                + reply.text("id"));
    }
}
