package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.account.Account;
import io.gatehouse.api.account.AccountEditor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse user remove}. */
@Command(
        name = "remove",
        mixinStandardHelpOptions = true,
        description = "Removes an account. Tunnels that are open stay open.")
final class UserRemoveCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Parameters(paramLabel = "NAME", description = "the account")
    private String name = "";

    @Mixin
    private final AccountFileOption accountFile = new AccountFileOption();

    UserRemoveCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException {
        Path file = accountFile.file(world, specification.commandLine().getErr());
        try {
            AccountEditor.remove(file, name);
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        specification.commandLine().getOut().println("removed " + Account.normalise(name) + " from " + file);
        return ExitCode.OK;
    }
}
