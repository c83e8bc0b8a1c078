package io.gatehouse.dist;

import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code gatehouse version}. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand extends Action {
    VersionCommand(World world) {
        super(world);
    }

    @Override
    void act() throws IOException {
        for (String line : new Version().getVersion()) {
            out().println(line);
        }
    }
}
