package io.gatehouse.dist;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user unblock}. */
@Command(
        name = "unblock",
        description =
                "Lets a blocked user sign in again. Exit code 5 if the file of [admin] blocks could not be written, "
                        + "so that a restart of the gateway brings the block back.")
final class UserUnblockCommand extends BlockAction {
    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private String name = "";

    UserUnblockCommand(World world) {
        super(world);
    }

    @Override
    Reply ask(AdminApi api) throws CommandException {
        return api.post("/v1/users/unblock", Map.of("user", name));
    }

    @Override
    void print(Reply reply) {
        out().println("unblocked " + reply.text("account"));
    }
}
