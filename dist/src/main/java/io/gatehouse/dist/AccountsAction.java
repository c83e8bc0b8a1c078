package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** An action on the account file. */
abstract class AccountsAction extends Action {
    @Mixin
    private final AccountFileOption option = new AccountFileOption();

    AccountsAction(World world) {
        super(world);
    }

    /** Does it to {@code accounts}. */
    abstract void act(Path accounts) throws CommandException, IOException, ProviderException;

    @Override
    final void act() throws CommandException, IOException {
        try {
            act(option.file(world(), err()));
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }
}
