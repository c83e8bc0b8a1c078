package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.account.Account;
import io.gatehouse.api.account.AccountEditor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatehouse user add}. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = {
            "Adds an account; asks for its password twice.",
            "",
            "  gatehouse user add alice --group staff --group admins",
            "  gatehouse user add robot --generate",
            "  pass show alice | gatehouse user add alice --password-stdin",
            ""
        })
final class UserAddCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

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

    @Mixin
    private final AccountFileOption accountFile = new AccountFileOption();

    UserAddCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException, IOException {
        var out = specification.commandLine().getOut();
        Path file = accountFile.file(world, specification.commandLine().getErr());
        String password = passwords.choose(world, out);
        Account account = new Account(name, !disabled, Set.copyOf(groups), Passwords.credentials(password));
        try {
            AccountEditor.add(file, account);
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        out.println("added " + account.name() + " to " + file);
        return ExitCode.OK;
    }
}
