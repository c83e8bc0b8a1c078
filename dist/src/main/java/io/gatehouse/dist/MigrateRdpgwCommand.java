package io.gatehouse.dist;

import io.gatehouse.api.Finding;
import io.gatehouse.api.ProviderException;
import io.gatehouse.dist.draft.ForeignFileException;
import io.gatehouse.dist.draft.Migration;
import io.gatehouse.dist.draft.RdpgwAccounts;
import io.gatehouse.dist.draft.RdpgwMigration;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse migrate rdpgw}. */
@Command(
        name = "rdpgw",
        description = {
            "Makes a configuration from that of rdpgw (github.com/bolkedebruin/rdpgw): prints the TOML, and says on"
                    + " standard error and at the end of the TOML which settings mean something else here, and which have"
                    + " no counterpart. Secrets are never printed; with --output they are written to files of their own.",
            "",
            "  gatehouse migrate rdpgw rdpgw.yaml",
            "  gatehouse migrate rdpgw rdpgw.yaml -o gatehouse.toml",
            ""
        })
final class MigrateRdpgwCommand extends MigrateAction {
    private static final String ACCOUNTS = "accounts";

    @Parameters(paramLabel = "FILE", description = "the YAML file of rdpgw")
    private Path file = Path.of("rdpgw.yaml");

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            description =
                    "the YAML file of rdpgw-auth, whose users become accounts; the passwords are stored as hashes. Needs"
                            + " --output")
    private @Nullable Path authFile;

    @Mixin
    private final StateOption state = new StateOption();

    MigrateRdpgwCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        if (authFile != null && output().isEmpty()) {
            throw CommandException.wrong("--auth-file needs --output, beside which the account file is written");
        }
        List<RdpgwAccounts.User> users = authFile == null ? List.of() : users(authFile);
        RdpgwMigration migration = read();
        if (!users.isEmpty() && !migration.hasAccounts()) {
            err().println("no counterpart: --auth-file: without ntlm in Server.Authentication nothing uses its users;"
                    + " no account was made");
        }
        finish(migrated(migration), files -> {
            if (migration.hasAccounts() && output().isPresent()) {
                Path accounts = beside(output().get());
                files.addIfMissing(accounts, "# accounts of the gateway: gatehouse user add NAME\n");
                List<Account> all = accounts(users);
                if (!all.isEmpty()) {
                    files.last(() -> add(accounts, all));
                }
            }
        });
    }

    /** The file is checked where it is, since names of files in it are relative to its folder. */
    @Override
    String next(Path written) throws CommandException {
        List<Finding> faults = ConfigurationFile.checked(written, world()).findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.FAULT)
                .toList();
        faults.forEach(fault -> err().println(PrintableText.line("to do: gatehouse check: " + fault.cause())));
        return (faults.isEmpty() ? "" : "complete it, then ") + "gatehouse check --config " + written;
    }

    private RdpgwMigration read() throws CommandException {
        String prefix = StateFolder.prefix(state.folder(), output());
        try {
            return RdpgwMigration.read(text(file), prefix, MigrateRdpgwCommand::krb5Conf);
        } catch (ForeignFileException exception) {
            throw wrong(file, exception);
        }
    }

    private Migration migrated(RdpgwMigration migration) throws CommandException {
        try {
            return migration.migrate();
        } catch (ForeignFileException exception) {
            throw wrong(file, exception);
        }
    }

    private static Optional<String> krb5Conf(String name) {
        try {
            return Files.isRegularFile(Path.of(name)) ? Optional.of(text(Path.of(name))) : Optional.empty();
        } catch (CommandException | InvalidPathException exception) {
            return Optional.empty(); // a note says so
        }
    }

    private static Path beside(Path output) {
        return output.toAbsolutePath().resolveSibling(ACCOUNTS);
    }

    private static List<RdpgwAccounts.User> users(Path file) throws CommandException {
        try {
            return RdpgwAccounts.read(text(file));
        } catch (ForeignFileException exception) {
            throw wrong(file, exception);
        }
    }

    private static List<Account> accounts(List<RdpgwAccounts.User> users) throws CommandException {
        List<Account> accounts = new ArrayList<>();
        for (RdpgwAccounts.User user : users) {
            accounts.add(new Account(
                    user.name(),
                    true,
                    Set.of(),
                    Passwords.credentials(user.password().text())));
        }
        return accounts;
    }

    /** All of them or none. Those that exist keep their passwords. */
    private void add(Path file, List<Account> accounts) throws CommandException {
        try {
            List<String> existing = AccountEditor.addMissing(file, accounts);
            for (Account account : accounts) {
                if (existing.contains(account.name())) {
                    err().println("kept " + account.name() + " in " + file + " as it is");
                } else {
                    out().println("added " + account.name() + " to " + file);
                }
            }
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }
}
