package io.gatehouse.dist;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --config}. */
final class ConfigurationOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "the configuration file; default: /etc/gatehouse/gatehouse.toml, or else the tarball's conf/gatehouse.toml")
    private @Nullable Path file;

    /** The file that was named, or the one that a first configuration goes to. */
    Path fileToWrite(World world) throws CommandException {
        if (file != null) {
            return file;
        }
        return world.firstConfiguration()
                .orElseThrow(() -> CommandException.wrong(
                        "there is no folder /etc/gatehouse; name the configuration to write with --config FILE"));
    }

    /** The file that was named, or the one that is used when none is. */
    Path file(World world) throws CommandException {
        if (file != null) {
            return file;
        }
        return world.defaultConfiguration()
                .orElseThrow(() -> CommandException.wrong(
                        "there is no /etc/gatehouse/gatehouse.toml; name a configuration with --config FILE"));
    }
}
