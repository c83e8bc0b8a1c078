package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import io.gatehouse.formats.account.AccountFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user passwd}. */
@Command(name = "passwd", description = "Gives an account a new password; asks for it twice.")
final class UserPasswordCommand extends AccountsAction {
    @Parameters(paramLabel = "NAME", description = "the account")
    private String name = "";

    @Mixin
    private final Passwords passwords = new Passwords();

    UserPasswordCommand(World world) {
        super(world);
    }

    @Override
    void act(Path accounts) throws CommandException, IOException, ProviderException {
        // Before anybody thinks of a password for an account that is not there.
        if (AccountFile.open(accounts).find(name).isEmpty()) {
            throw CommandException.failed("there is no account " + Account.normalise(name) + " in " + accounts);
        }
        List<Secret> credentials = Passwords.credentials(passwords.choose(world(), out()));
        AccountEditor.update(
                accounts,
                name,
                account -> new Account(account.name(), account.enabled(), account.groups(), credentials));
        out().println("changed the password of " + Account.normalise(name) + " in " + accounts);
    }
}
