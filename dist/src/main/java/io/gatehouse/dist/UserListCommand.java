package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountFile;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

/** {@code gatehouse user list}. */
@Command(
        name = "list",
        description = "Lists the accounts, one a line: name, state, groups, kinds of credentials; separated by tabs.")
final class UserListCommand extends AccountsAction {
    UserListCommand(World world) {
        super(world);
    }

    @Override
    void act(Path accounts) throws ProviderException {
        for (Account account : AccountFile.open(accounts).accounts()) {
            out().println(line(account));
        }
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
