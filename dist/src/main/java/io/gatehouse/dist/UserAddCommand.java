package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user add}. */
@Command(
        name = "add",
        description = {
            "Adds an account; asks for its password twice.",
            "",
            "  gatehouse user add alice --group staff --group admins",
            "  gatehouse user add robot --generate",
            "  pass show alice | gatehouse user add alice --password-stdin",
            ""
        })
final class UserAddCommand extends AccountsAction {
    @Parameters(
            paramLabel = "NAME",
            description = "letters, digits, '.', '_' and '-'; upper and lower case are the same")
    private String name = "";

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            split = ",",
            description = "a group that rules may name; may be given more than once")
    private List<String> groups = List.of();

    @Option(names = "--disabled", description = "the account may not sign in yet")
    private boolean disabled;

    @Mixin
    private final Passwords passwords = new Passwords();

    UserAddCommand(World world) {
        super(world);
    }

    @Override
    void act(Path accounts) throws CommandException, IOException, ProviderException {
        String password = passwords.choose(world(), out());
        Account account = new Account(name, !disabled, Set.copyOf(groups), Passwords.credentials(password));
        AccountEditor.add(accounts, account);
        out().println("added " + account.name() + " to " + accounts);
    }
}
