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
final class UserUnblockCommand extends KeptAction {
    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM; any name of the user")
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
        String account = reply.text("account");
        out().println("unblocked " + account);
        reply.texts("ended").stream()
                .filter(name -> !name.equals(account))
                .forEach(name -> out().println("ended the block of " + name));
    }
}
