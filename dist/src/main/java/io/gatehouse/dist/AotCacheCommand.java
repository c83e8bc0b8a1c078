package io.gatehouse.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code gatehouse aot-cache}. */
@Command(
        name = "aot-cache",
        description = {
            "Makes the AOT cache of Java, lib/gatehouse.aot, with which the gateway starts with half of the CPU "
                    + "time. To know what belongs into it, this command starts a gateway in a temporary folder and on a "
                    + "free port of 127.0.0.1, signs in and relays for some seconds. Run it as the owner of the folder, "
                    + "after each installation and each update of Java. A cache that does not fit is not used: the log "
                    + "says so.",
            "",
            "  gatehouse aot-cache",
            ""
        })
final class AotCacheCommand extends Action {
    /** The launcher sets it when the virtual machine records a cache. */
    private static final String FILE = "gatehouse.aot.recorded";

    AotCacheCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        String file = System.getProperty(FILE);
        if (file == null) {
            throw CommandException.failed("an AOT cache is made by the launcher of the tarball only");
        }
        Path folder = Files.createTempDirectory("gatehouse-aot-cache");
        try {
            ProcessLog.quieten();
            Training.run(folder, world(), Training.ENOUGH, err());
        } finally {
            delete(folder);
        }
        out().println("trained; Java now writes " + file + ", which takes some seconds");
        out().flush();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}
