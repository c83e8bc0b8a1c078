package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.ProviderException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds, starts and ends Samba's programs. They get nothing of the gateway's environment, where secrets may be. */
final class Programs {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", PATH, "LANG", "C.UTF-8");
    private static final File ROOT = new File("/");

    private Programs() {}

    /**
     * The command with its program's full path.
     *
     * @param key the configuration key that the command comes from
     * @throws ProviderException when there is no such program
     */
    static List<String> resolve(String key, List<String> command) throws ProviderException {
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new ProviderException("%s is empty (expected a program and its arguments)".formatted(key));
        }
        String program = command.getFirst();
        Optional<Path> file = find(program);
        if (file.isEmpty()) {
            throw new ProviderException(
                    "%s \"%s\" is no program here (expected a path, or a name along %s; Debian: apt-get install winbind)"
                            .formatted(key, program, PATH));
        }
        List<String> resolved = new ArrayList<>(command);
        resolved.set(0, file.get().toString());
        return List.copyOf(resolved);
    }

    static Optional<Path> find(String program) {
        Stream<Path> candidates = program.contains("/")
                ? Stream.of(Path.of(program).toAbsolutePath())
                : Stream.of(PATH.split(":")).map(folder -> Path.of(folder, program));
        return candidates
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        return builder.start();
    }

    /** Ends a process at once, with what it started: a configured command may be a script around the program. */
    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
