package io.gatehouse.testkit.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A program that is run to its end, within a time limit.
 *
 * @param arguments the program's name and its arguments, in any letters
 * @param environment all its variables but {@code PATH}, {@code LANG} and {@code HOME}
 * @param input what it reads from standard input
 * @param limit after which it is ended
 */
public record Command(List<String> arguments, Map<String, String> environment, String input, Duration limit) {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    public Command {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A command without input or environment, limited to a minute. */
    public static Command of(String... arguments) {
        return new Command(List.of(arguments), Map.of(), "", LIMIT);
    }

    /** The same command with these variables only. */
    public Command withEnvironment(Map<String, String> variables) {
        return new Command(arguments, variables, input, limit);
    }

    /** The same command with this text, in UTF-8, on standard input. */
    public Command withInput(String text) {
        return new Command(arguments, environment, text, limit);
    }

    /** The same command with another time limit. */
    public Command within(Duration duration) {
        return new Command(arguments, environment, input, duration);
    }

    /**
     * How it ended.
     *
     * @param exitCode 0 for success
     * @param output standard output and standard error as they came
     */
    public record Result(int exitCode, String output) {
        /** Whether the exit code is 0. */
        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs it.
     *
     * @throws ProcessException if it cannot be started or is not done in time
     */
    public Result run(TestFolder folder) {
        Path standardInput = folder.write("input", input);
        try (OwnProcess process = OwnProcess.start(folder, environment, arguments, standardInput)) {
            OptionalInt code = process.awaitExit(limit);
            if (code.isEmpty()) {
                throw new ProcessException("not done after " + limit.toSeconds() + " s: " + process.report());
            }
            return new Result(code.getAsInt(), process.takeOutput());
        } finally {
            TestFolder.delete(standardInput);
        }
    }

    /**
     * Runs it and returns its output.
     *
     * @throws ProcessException also if it fails
     */
    public String runOrThrow(TestFolder folder) {
        Result result = run(folder);
        if (!result.succeeded()) {
            throw new ProcessException(
                    arguments.getFirst() + " ended with " + result.exitCode() + ": " + result.output());
        }
        return result.output();
    }
}
