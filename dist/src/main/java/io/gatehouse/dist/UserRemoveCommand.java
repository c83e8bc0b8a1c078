package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user remove}. */
@Command(
        name = "remove",
        description = "Removes an account. Open sessions and tunnels stay open; to end them: gatehouse user end.")
final class UserRemoveCommand extends AccountsAction {
    @Parameters(paramLabel = "NAME", description = "the account")
    private String name = "";

    UserRemoveCommand(World world) {
        super(world);
    }

    @Override
    void act(Path accounts) throws ProviderException {
        AccountEditor.remove(accounts, name);
        out().println("removed " + Account.normalise(name) + " from " + accounts);
    }
}
