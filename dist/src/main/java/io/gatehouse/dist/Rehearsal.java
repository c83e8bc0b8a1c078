package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.jetty.Gateway;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts a gateway together without starting it, to learn whether it can be. Files that {@code gatehouse run} makes are
 * made in a folder that is deleted afterwards.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** What keeps a gateway from starting with {@code configuration}. */
    static List<String> problems(Configuration configuration, Clock clock, boolean listen) throws CommandException {
        Set<Path> missing = OutputFiles.toBeMade(configuration);
        if (missing.isEmpty()) {
            return rehearse(configuration, clock, listen);
        }
        List<Path> order = List.copyOf(missing);
        Path folder = null;
        try {
            folder = Files.createTempDirectory("gatehouse-check");
            Path scratch = folder;
            Configuration elsewhere = configuration.relocated(
                    file -> missing.contains(file) ? scratch.resolve("made-" + order.indexOf(file)) : file);
            new ConfigurationFile(elsewhere).makeMissing(clock, new PrintWriter(Writer.nullWriter()));
            return rehearse(elsewhere, clock, listen);
        } catch (IOException exception) {
            throw CommandException.failed("cannot make a folder for temporary files: " + FileFailure.reason(exception));
        } finally {
            if (folder != null) {
                delete(folder);
            }
        }
    }

    private static List<String> rehearse(Configuration configuration, Clock clock, boolean listen) {
        try {
            Gateway.rehearse(configuration, clock, listen);
            return List.of();
        } catch (GatewayStartException exception) {
            return exception.problems();
        }
    }

    private static void delete(Path folder) throws CommandException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException exception) {
            throw CommandException.failed("cannot delete " + folder + ": " + FileFailure.reason(exception));
        }
    }
}
