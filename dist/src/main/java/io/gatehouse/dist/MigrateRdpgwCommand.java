package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.dist.draft.ForeignFileException;
import io.gatehouse.dist.draft.Migration;
import io.gatehouse.dist.draft.RdpgwAccounts;
import io.gatehouse.dist.draft.RdpgwMigration;
import io.gatehouse.formats.account.Account;
import io.gatehouse.formats.account.AccountEditor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description =
                    "where the gateway keeps the files that it makes; default: /var/lib/gatehouse for a configuration"
                            + " in /etc/gatehouse, or else the folder of the configuration")
    private @Nullable Path state;

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
        finish(migrated(migration), files -> {
            if (migration.hasAccounts() && output().isPresent()) {
                files.addIfMissing(beside(output().get()), "# no accounts yet: gatehouse user add NAME\n");
            }
        });
        if (output().isPresent()) {
            Path accounts = beside(output().get());
            for (RdpgwAccounts.User user : users) {
                add(accounts, user);
            }
        }
    }

    private RdpgwMigration read() throws CommandException {
        String prefix = StateFolder.prefix(Optional.ofNullable(state), output());
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

    private void add(Path accounts, RdpgwAccounts.User user) throws CommandException {
        try {
            AccountEditor.add(
                    accounts,
                    new Account(
                            user.name(),
                            true,
                            Set.of(),
                            Passwords.credentials(user.password().text())));
            out().println("added " + user.name() + " to " + accounts);
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }
}
