package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse grant revoke}. */
@Command(
        name = "revoke",
        description =
                "Ends a grant, and the sessions that are open by it. Exit code 5 if its file could not be written, so "
                        + "that a restart of the gateway brings the grant back.")
final class GrantRevokeCommand extends KeptAction {
    @Parameters(paramLabel = "ID", description = "the id of the grant, as gatehouse grant list shows it")
    private String id = "";

    GrantRevokeCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        if (!id.matches("[0-9a-f]{1,32}")) {
            throw CommandException.wrong("\"" + id + "\" is no id of a grant (gatehouse grant list shows them)");
        }
        return api.post("/v1/grants/" + id + "/revoke", Map.of());
    }

    @Override
    void print(Reply reply) {
        out().println("revoked grant " + reply.text("id"));
    }
}
