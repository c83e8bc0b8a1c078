package io.gatehouse.dist;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which account file a command works on: {@code --accounts}, or the one that the configuration names. */
final class AccountFileOption {
    @Option(names = "--accounts", paramLabel = "FILE", description = "the account file, instead of the configuration's")
    private @Nullable Path accounts;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    Path file(World world, PrintWriter err) throws CommandException {
        if (accounts != null) {
            return accounts;
        }
        Path file = configuration.file(world);
        Set<Path> named = ConfigurationFile.accountFiles(file, err);
        if (named.size() != 1) {
            throw CommandException.wrong(
                    named.isEmpty()
                            ? file + " names no account file; use --accounts FILE"
                            : file + " names several account files " + named + "; choose with --accounts FILE");
        }
        return named.iterator().next();
    }
}
