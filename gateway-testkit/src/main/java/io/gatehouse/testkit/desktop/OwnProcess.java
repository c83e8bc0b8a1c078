package io.gatehouse.testkit.desktop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One process that we started, with its log file, and the only handle by which it and its children are ended.
 *
 * <p>It inherits nothing from our environment but {@code PATH}; its standard input is empty. It is also ended when the JVM
 * ends.
 */
final class OwnProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread atExit;

    private OwnProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.atExit = new Thread(this::end, "end " + name);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts {@code command}.
     *
     * @param environment more variables; {@code HOME} is set to an own empty folder unless it is among them
     * @throws DesktopException if the program cannot be started
     */
    static OwnProcess start(DesktopFolder folder, Map<String, String> environment, List<String> command) {
        String program = command.getFirst();
        Path log = folder.fresh(program + ".log");
        List<String> resolved = new ArrayList<>(command);
        RequiredTools.find(program).ifPresent(file -> resolved.set(0, file.toString()));
        ProcessBuilder builder = new ProcessBuilder(resolved)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin");
        variables.put("LANG", "C.UTF-8");
        variables.putAll(environment);
        variables.computeIfAbsent(
                "HOME", home -> folder.freshFolder(program + ".home").toString());
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            return new OwnProcess(program, builder.start(), log);
        } catch (IOException e) {
            throw new DesktopException("cannot start " + program, e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The direct children that live now. */
    List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** The exit code, or empty if the process still runs after {@code limit}. */
    OptionalInt awaitExit(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                    ? OptionalInt.of(process.exitValue())
                    : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DesktopException("interrupted while waiting for " + name, e);
        }
    }

    /** All that the process wrote so far, standard output and standard error as they came. */
    String output() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@link #output}, whose file is then deleted. */
    String takeOutput() {
        String output = output();
        try {
            Files.delete(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output;
    }

    /** What to tell somebody who must find out why: state, log file and the log's last lines. */
    String report() {
        List<String> lines = output().lines().toList();
        List<String> tail = lines.subList(Math.max(0, lines.size() - 15), lines.size());
        String state = isAlive() ? "runs" : "ended with " + process.exitValue();
        return name + " " + state + ", log " + log + ":\n  " + String.join("\n  ", tail);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending already: the hook runs or has run.
        }
    }

    /** Asks the process and all it started to end, and after three seconds insists. */
    private void end() {
        List<ProcessHandle> family = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        family.forEach(ProcessHandle::destroy);
        if (!Wait.until(GRACE, () -> family.stream().noneMatch(ProcessHandle::isAlive))) {
            family.forEach(ProcessHandle::destroyForcibly);
            Wait.until(GRACE, () -> family.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
