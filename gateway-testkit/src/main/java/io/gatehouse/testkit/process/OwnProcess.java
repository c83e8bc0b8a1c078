package io.gatehouse.testkit.process;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One process that we started, with its log file, and the only handle by which it and its children are ended.
 *
 * <p>It inherits nothing from our environment but {@code PATH}. It is also ended when the JVM ends.
 */
public final class OwnProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Path NOTHING = Path.of("/dev/null");

    /**
     * Starts the program and ends it when standard input, a pipe from us, closes: then we are gone, however that came.
     */
    private static final String GUARD = """
            exec 3<&0
            "$@" </dev/null 3<&- & child=$!
            { read -r end <&3; kill "$child"; kill -CONT "$child"; } & guard=$!
            wait "$child"; code=$?
            kill "$guard"
            exit "$code"
            """;

    private final String name;
    private final Process process;
    private final Path log;
    private final boolean guarded;
    private final Thread atExit;
    private volatile boolean paused;

    private OwnProcess(String name, Process process, Path log, boolean guarded) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.guarded = guarded;
        this.atExit = new Thread(this::end, "end " + name);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts {@code command} with empty standard input.
     *
     * @param environment more variables; {@code HOME} is set to an own empty folder unless it is among them
     * @throws ProcessException if the program cannot be started
     */
    public static OwnProcess start(TestFolder folder, Map<String, String> environment, List<String> command) {
        return start(folder, environment, command, NOTHING);
    }

    static OwnProcess start(TestFolder folder, Map<String, String> environment, List<String> command, Path input) {
        return start(folder, environment, name(command), command, ProcessBuilder.Redirect.from(input.toFile()));
    }

    /**
     * {@link #start} for a server, which also ends when this JVM is killed and has no time to end anything.
     *
     * @throws ProcessException if the program cannot be started
     */
    public static OwnProcess startServer(TestFolder folder, Map<String, String> environment, List<String> command) {
        List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
        guarded.addAll(command);
        return start(folder, environment, name(command), guarded, ProcessBuilder.Redirect.PIPE);
    }

    private static OwnProcess start(
            TestFolder folder,
            Map<String, String> environment,
            String name,
            List<String> command,
            ProcessBuilder.Redirect input) {
        Path log = folder.fresh(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(resolve(folder, command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(input);
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin");
        variables.put("LANG", "C.UTF-8");
        variables.putAll(environment);
        variables.computeIfAbsent(
                "HOME", home -> folder.freshFolder(name + ".home").toString());
        builder.environment().clear();
        builder.environment().putAll(variables);
        try {
            return new OwnProcess(name, builder.start(), log, input.equals(ProcessBuilder.Redirect.PIPE));
        } catch (IOException e) {
            throw new ProcessException("cannot start " + name, e);
        }
    }

    private static String name(List<String> command) {
        return String.valueOf(Path.of(command.getFirst()).getFileName());
    }

    /** The command with the program's full path; in a file if the JVM's locale might not carry its letters. */
    private static List<String> resolve(TestFolder folder, List<String> command) {
        List<String> resolved = new ArrayList<>(command);
        RequiredTools.find(command.getFirst()).ifPresent(file -> resolved.set(0, file.toString()));
        if (command.stream().allMatch(StandardCharsets.US_ASCII.newEncoder()::canEncode)) {
            return resolved;
        }
        String line = resolved.stream()
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" ", "exec ", "\n"));
        return List.of("/bin/sh", folder.write("command.sh", line).toString());
    }

    /** Whether the process runs, paused or not. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The direct children that live now. */
    public List<ProcessHandle> children() {
        return process.children().toList();
    }

    /** The exit code, or empty if the process still runs after {@code limit}. */
    public OptionalInt awaitExit(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)
                    ? OptionalInt.of(process.exitValue())
                    : OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessException("interrupted while waiting for " + name, e);
        }
    }

    /** All that the process wrote so far, standard output and standard error as they came. */
    public String output() {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@link #output}, whose file is then deleted. */
    public String takeOutput() {
        String output = output();
        try {
            Files.delete(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output;
    }

    /** What to tell somebody who must find out why: state, log file and the log's last lines. */
    public String report() {
        List<String> lines = output().lines().toList();
        List<String> tail = lines.subList(Math.max(0, lines.size() - 15), lines.size());
        String state = isAlive() ? "runs" : "ended with " + process.exitValue();
        return name + " " + state + ", log " + log + ":\n  " + String.join("\n  ", tail);
    }

    /** Ends the program at once, as {@code kill -9} does. */
    public void kill() {
        family().forEach(ProcessHandle::destroyForcibly);
    }

    /** Stops the program and all it started where they are, as a machine would that hangs, until {@link #resume}. */
    public void pause() {
        paused = true;
        signal("STOP");
    }

    /** Lets the program and all it started go on. */
    public void resume() {
        signal("CONT");
        paused = false;
    }

    private void signal(String signal) {
        for (ProcessHandle each : family()) {
            if (guards(each)) {
                continue;
            }
            try {
                new ProcessBuilder("/bin/kill", "-" + signal, String.valueOf(each.pid()))
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new ProcessException("cannot send SIG" + signal + " to " + name, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProcessException("interrupted while sending SIG" + signal + " to " + name, e);
            }
        }
    }

    /** Whether this is the shell that ends a server when we are gone, or its subshell: neither may hang. */
    private boolean guards(ProcessHandle handle) {
        return guarded && commandLine(handle).equals(commandLine(process.toHandle()));
    }

    private static String commandLine(ProcessHandle handle) {
        try {
            return Files.readString(proc(handle, "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    private static Path proc(ProcessHandle handle, String file) {
        return Path.of("/proc", String.valueOf(handle.pid()), file);
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

    private List<ProcessHandle> family() {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
    }

    /** Asks the process and all it started to end, and after three seconds insists. */
    private void end() {
        List<ProcessHandle> family = family();
        family.forEach(ProcessHandle::destroy);
        if (paused) {
            resume();
        }
        if (!Wait.until(GRACE, () -> ended(family))) {
            family.forEach(ProcessHandle::destroyForcibly);
            Wait.until(GRACE, () -> ended(family));
        }
    }

    /** Whether the process is gone, exit code and all, and none of its family runs. */
    private boolean ended(List<ProcessHandle> family) {
        return !process.isAlive() && family.stream().noneMatch(OwnProcess::runs);
    }

    /**
     * Whether a process lives and is not a zombie, which nobody may have taken notice of yet where process 1 is no
     * init.
     */
    private static boolean runs(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(
                    Path.of("/proc", String.valueOf(handle.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return handle.isAlive();
        }
    }
}
