package io.gatehouse.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a new configuration lets the gateway keep the files that it makes for itself. */
final class StateFolder {
    private static final Path CONFIGURATIONS = Path.of("/etc/gatehouse");
    /** That of the service. */
    static final String SERVICE = "/var/lib/gatehouse/";

    private StateFolder() {}

    /**
     * What stands before the names of these files: the folder that was asked for; that of the service, which cannot
     * write to {@code /etc}; or nothing, which is the folder of the configuration.
     *
     * @param asked by an option
     * @param configuration the file, if it is known
     */
    static String prefix(Optional<Path> asked, Optional<Path> configuration) throws CommandException {
        if (asked.isPresent()) {
            if (asked.get().toString().isBlank()) {
                throw CommandException.wrong("--state is empty (expected a folder)");
            }
            // As other options are: relative to where the command runs, and not to the configuration.
            String folder = asked.get().toAbsolutePath().normalize().toString();
            return folder.endsWith("/") ? folder : folder + "/";
        }
        boolean ofService = configuration
                .map(file ->
                        CONFIGURATIONS.equals(file.toAbsolutePath().normalize().getParent()))
                .orElseGet(() -> Files.isDirectory(CONFIGURATIONS));
        return ofService ? SERVICE : "";
    }
}
