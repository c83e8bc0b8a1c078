package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.api.account.Account;
import io.gatehouse.api.account.AccountEditor;
import io.gatehouse.api.account.AccountFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse user passwd}. */
@Command(
        name = "passwd",
        mixinStandardHelpOptions = true,
        description = "Gives an account a new password; asks for it twice.")
final class UserPasswordCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Parameters(paramLabel = "NAME", description = "the account")
    private String name = "";

    @Mixin
    private final Passwords passwords = new Passwords();

    @Mixin
    private final AccountFileOption accountFile = new AccountFileOption();

    UserPasswordCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException, IOException {
        var out = specification.commandLine().getOut();
        Path file = accountFile.file(world, specification.commandLine().getErr());
        try {
            // Before anybody thinks of a password for an account that is not there.
            if (AccountFile.open(file).find(name).isEmpty()) {
                throw CommandException.failed("there is no account " + Account.normalise(name) + " in " + file);
            }
            List<Secret> credentials = Passwords.credentials(passwords.choose(world, out));
            AccountEditor.update(
                    file,
                    name,
                    account -> new Account(account.name(), account.enabled(), account.groups(), credentials));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        out.println("changed the password of " + Account.normalise(name) + " in " + file);
        return ExitCode.OK;
    }
}
