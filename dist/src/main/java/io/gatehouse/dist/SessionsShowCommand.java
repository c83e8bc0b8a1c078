package io.gatehouse.dist;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse sessions show}. */
@Command(name = "show", description = "Shows all that is known of one session.")
final class SessionsShowCommand extends AdminAction {
    private static final List<String> PATHS = List.of(
            "id",
            "correlationId",
            "user.account",
            "signIn.provider",
            "signIn.method",
            "signIn.proofs",
            "signIn.token",
            "client.address",
            "client.name",
            "client.userAgent",
            "client.capabilities",
            "transport",
            "target.host",
            "target.port",
            "target.address",
            "rule",
            "approval.by",
            "approval.at",
            "approval.withNumber",
            "approval.id",
            "since",
            "idleSince",
            "idleSeconds",
            "bytesToTarget",
            "bytesToClient");

    @Parameters(paramLabel = "ID", description = "the id of the session, as sessions list prints it")
    private String id = "";

    SessionsShowCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.get("/v1/sessions/" + SessionsEndCommand.segment(id), Map.of());
    }

    @Override
    void print(Reply reply) {
        for (String path : PATHS) {
            if (!reply.text(path).isEmpty()) {
                out().printf("%-20s %s%n", path, reply.text(path));
            }
        }
    }
}
