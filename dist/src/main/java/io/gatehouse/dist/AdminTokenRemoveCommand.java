package io.gatehouse.dist;

import io.gatehouse.core.admin.AdminTokens;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse admin-token remove}. */
@Command(name = "remove", description = "Removes a token; a running gateway refuses it from the next request on.")
final class AdminTokenRemoveCommand extends AdminTokenAction {
    @Parameters(paramLabel = "NAME", description = "the name that it was added with")
    private String name = "";

    AdminTokenRemoveCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        Path file = tokenFile();
        AdminTokens before = read(file);
        AdminTokens after = before.without(name);
        if (after.equals(before)) {
            throw CommandException.failed("there is no token of the name " + name + " in " + file);
        }
        write(file, after);
        out().println("removed " + name);
    }
}
