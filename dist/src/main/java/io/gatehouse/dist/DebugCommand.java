package io.gatehouse.dist;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse debug}. */
@Command(
        name = "debug",
        description = {
            "Lets the log of the running gateway follow the connections of one user or one source for some minutes: each stage of "
                    + "each connection is a line with level DEBUG. No password, token or content is logged. It ends by itself.",
            "",
            "  gatehouse debug --user 'CORP\\alice' --minutes 10",
            "  gatehouse debug --source 192.0.2.7",
            "  gatehouse debug                     lists what is followed now",
            "  gatehouse debug --end               ends all",
            ""
        })
final class DebugCommand extends AdminAction {
    @Option(names = "--user", paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private @Nullable String user;

    @Option(names = "--source", paramLabel = "ADDRESS", description = "an address or CIDR block of clients")
    private @Nullable String source;

    @Option(names = "--minutes", paramLabel = "MINUTES", description = "1 to 60; default: 10")
    private int minutes = 10;

    @Option(names = "--end", description = "ends all at once")
    private boolean end;

    DebugCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        if (end) {
            return api.post("/v1/debug/end", Map.of());
        }
        Map<String, Object> fields = new HashMap<>();
        if (user != null) {
            fields.put("user", user);
        }
        if (source != null) {
            fields.put("source", source);
        }
        if (fields.isEmpty()) {
            return api.get("/v1/debug", Map.of());
        }
        fields.put("duration", minutes + "m");
        return api.post("/v1/debug", fields);
    }

    @Override
    void print(Reply reply) {
        if (end) {
            out().println("ended " + reply.text("ended"));
        } else if (user != null || source != null) {
            out().println("the log follows " + subject(reply.text("account"), reply.text("source")) + " until "
                    + reply.text("until"));
        } else {
            print(reply.list("debug"));
        }
    }

    private void print(List<Map<String, Object>> watches) {
        Table table = new Table("FOLLOWED", "UNTIL", "BY");
        for (Map<String, Object> watch : watches) {
            table.row(
                    subject(Reply.text(watch, "account"), Reply.text(watch, "source")),
                    Reply.text(watch, "until"),
                    Reply.text(watch, "by"));
        }
        table.print(out());
    }

    private static String subject(String account, String source) {
        return account.isEmpty() ? "source " + source : "user " + account;
    }
}
