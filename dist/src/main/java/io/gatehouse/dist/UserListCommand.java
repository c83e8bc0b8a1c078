package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.account.Account;
import io.gatehouse.api.account.AccountFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse user list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the accounts, one a line: name, state, groups, kinds of credentials; separated by tabs.")
final class UserListCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final AccountFileOption accountFile = new AccountFileOption();

    UserListCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException {
        Path file = accountFile.file(world, specification.commandLine().getErr());
        try {
            for (Account account : AccountFile.open(file).accounts()) {
                specification.commandLine().getOut().println(line(account));
            }
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
        return ExitCode.OK;
    }

    private static String line(Account account) {
        String groups = account.groups().stream().sorted().collect(Collectors.joining(","));
        String kinds = account.credentials().stream()
                .map(credential -> kind(credential.text()))
                .collect(Collectors.joining(","));
        return String.join("\t", account.name(), account.enabled() ? "enabled" : "disabled", groups, kinds);
    }

    private static String kind(String credential) {
        if (credential.startsWith("$3$")) {
            return "nt";
        }
        return credential.startsWith("$2") ? "bcrypt" : credential.split("\\$", 3)[1];
    }
}
