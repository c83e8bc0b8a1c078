package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse sessions end}. */
@Command(
        name = "end",
        description =
                "Ends one session. If a token opened it, revokes the token, which ends all tunnels that it opened. A user who has a password can connect again: "
                        + "see gatehouse user block.")
final class SessionsEndCommand extends AdminAction {
    @Parameters(paramLabel = "ID", description = "the id of the session, as sessions list prints it")
    private String id = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "for the audit log")
    private String reason = "";

    SessionsEndCommand(World world) {
        super(world);
    }

    /** An id as part of a path. */
    static String segment(String id) throws CommandException {
        if (!id.matches("[A-Za-z0-9-]{1,64}")) {
            throw CommandException.wrong("\"" + id + "\" is no id of a session (gatehouse sessions list prints them)");
        }
        return id;
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.post("/v1/sessions/" + segment(id) + "/end", reason.isEmpty() ? Map.of() : Map.of("reason", reason));
    }

    @Override
    void print(Reply reply) {
        boolean one = reply.text("ended").equals("1");
        out().println("ended " + reply.text("ended") + (one ? " tunnel" : " tunnels, all that the token opened"));
    }
}
