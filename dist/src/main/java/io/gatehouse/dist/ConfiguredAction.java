package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** An action that needs the configuration. */
abstract class ConfiguredAction extends Action {
    @Mixin
    private final ConfigurationOption option = new ConfigurationOption();

    ConfiguredAction(World world) {
        super(world);
    }

    /** The file of the configuration. */
    final Path file() throws CommandException {
        return option.file(world());
    }

    /** What it says. */
    final Configuration configuration() throws CommandException {
        return ConfigurationFile.load(file(), err());
    }
}
