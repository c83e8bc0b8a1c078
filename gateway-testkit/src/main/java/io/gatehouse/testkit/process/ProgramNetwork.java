package io.gatehouse.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The network in which a program runs: ours, or that of a process in a network namespace of its own. Such a program
 * sees our files, and only the addresses of that namespace.
 *
 * @param owner the process whose network it is, by its id; empty for ours
 */
public record ProgramNetwork(OptionalLong owner) {
    /** The network of this JVM. */
    public static final ProgramNetwork OURS = new ProgramNetwork(OptionalLong.empty());

    /** The network of another process; only root may enter it. */
    public static ProgramNetwork of(long pid) {
        return new ProgramNetwork(OptionalLong.of(pid));
    }

    /** The command that runs {@code command} there, as the same process. */
    public List<String> command(List<String> command) {
        if (owner.isEmpty()) {
            return command;
        }
        List<String> entering =
                new ArrayList<>(List.of("nsenter", "--target", String.valueOf(owner.getAsLong()), "--net", "--"));
        entering.addAll(command);
        RequiredTools.find(command.getFirst())
                .ifPresent(file -> entering.set(entering.size() - command.size(), file.toString()));
        return entering;
    }

    /** Whether a program listens there on this TCP port of any address; found without a connection to it. */
    public boolean hasListener(int port) {
        String process = owner.isPresent() ? String.valueOf(owner.getAsLong()) : "self";
        return isListed(Path.of("/proc", process, "net/tcp"), port)
                || isListed(Path.of("/proc", process, "net/tcp6"), port);
    }

    /** Of a line, the second column has the local address and port, the fourth the state: 0A is LISTEN. */
    private static boolean isListed(Path table, int port) {
        try {
            return Files.readString(table)
                    .lines()
                    .skip(1)
                    .map(line -> line.strip().split("\\s+"))
                    .anyMatch(columns -> columns.length > 3
                            && columns[1].endsWith(":%04X".formatted(port))
                            && columns[3].equals("0A"));
        } catch (IOException e) {
            return false; // no such process any more, or no IPv6
        }
    }
}
