package io.gatehouse.dist;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse sessions message}. */
@Command(
        name = "message",
        description = {
            "Shows a message to users while they are connected. FreeRDP prints it on its console.",
            "",
            "  gatehouse sessions message --all 'The gateway restarts at noon.'",
            "  gatehouse sessions message --user alice 'Please call 1234.'",
            ""
        })
final class SessionsMessageCommand extends AdminAction {
    /** Exactly one of them. */
    private static final class Addressee {
        @Option(names = "--session", paramLabel = "ID", description = "the session of that id")
        private @Nullable String session;

        @Option(names = "--user", paramLabel = "NAME", description = "all sessions of a user")
        private @Nullable String user;

        @Option(names = "--all", description = "all sessions")
        private boolean all;
    }

    @ArgGroup(multiplicity = "1")
    private Addressee addressee = new Addressee();

    @Parameters(paramLabel = "TEXT", description = "at most 500 characters")
    private String text = "";

    SessionsMessageCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        String session = addressee.session;
        String user = addressee.user;
        if (session != null) {
            return api.post("/v1/sessions/" + SessionsEndCommand.segment(session) + "/message", Map.of("text", text));
        }
        return api.post(
                "/v1/messages",
                user == null ? Map.of("text", text, "all", addressee.all) : Map.of("text", text, "user", user));
    }

    @Override
    void print(Reply reply) {
        String unable = reply.text("unable").equals("0") ? "" : "; " + reply.text("unable") + " cannot show messages";
        out().println("sent to " + reply.text("sent") + " sessions" + unable);
    }
}
