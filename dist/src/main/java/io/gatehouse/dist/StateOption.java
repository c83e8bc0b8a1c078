package io.gatehouse.dist;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a new configuration lets the gateway keep its files, as {@link StateFolder} has it. */
final class StateOption {
    @Option(
            names = "--state",
            paramLabel = "FOLDER",
            description =
                    "where the gateway keeps the files that it makes; default: /var/lib/gatehouse for a configuration"
                            + " in /etc/gatehouse, or else the folder of the configuration")
    private @Nullable Path state;

    Optional<Path> folder() {
        return Optional.ofNullable(state);
    }
}
