package io.gatehouse.dist;

import io.gatehouse.jetty.edge.OpenFileLimit;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import picocli.CommandLine;

/**
 * One run of the command line in this process.
 *
 * @param code the exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int code, String out, String err) {
    private static final OpenFileLimit ENOUGH = new OpenFileLimit(262_144);

    /** Runs it on a machine without terminal or input; servers are closed as soon as they have started. */
    static CommandRun of(String... arguments) {
        return of(world(new byte[0], Optional.empty(), Clock.systemUTC(), ENOUGH), arguments);
    }

    /** Runs it with {@code input} as standard input. */
    static CommandRun withInput(String input, String... arguments) {
        return withInput(input.getBytes(StandardCharsets.UTF_8), arguments);
    }

    /** Runs it with {@code input} as standard input. */
    static CommandRun withInput(byte[] input, String... arguments) {
        return of(world(input, Optional.empty(), Clock.systemUTC(), ENOUGH), arguments);
    }

    /** Runs it at a terminal where somebody gives {@code answers}. */
    static CommandRun atTerminal(List<String> answers, String... arguments) {
        return of(world(new byte[0], Optional.of(answers), Clock.systemUTC(), ENOUGH), arguments);
    }

    /** Runs it at another time. */
    static CommandRun at(Clock clock, String... arguments) {
        return of(world(new byte[0], Optional.empty(), clock, ENOUGH), arguments);
    }

    /** Runs it in a process that does what {@code lifetime} says about servers. */
    static CommandRun during(World.Lifetime lifetime, String... arguments) {
        return of(world(new byte[0], Optional.empty(), Clock.systemUTC(), ENOUGH, lifetime), arguments);
    }

    /** Runs it in a process that may open only so many files. */
    static CommandRun withOpenFiles(long files, Clock clock, String... arguments) {
        return of(world(new byte[0], Optional.empty(), clock, new OpenFileLimit(files)), arguments);
    }

    private static World world(byte[] input, Optional<List<String>> answers, Clock clock, OpenFileLimit files) {
        return world(input, answers, clock, files, server -> {
            server.open();
            server.close();
        });
    }

    private static World world(
            byte[] input, Optional<List<String>> answers, Clock clock, OpenFileLimit files, World.Lifetime lifetime) {
        Optional<Queue<String>> queue = answers.map(ArrayDeque::new);
        return new World(
                clock,
                new ByteArrayInputStream(input),
                _ -> queue.map(Queue::remove),
                lifetime,
                files,
                Optional.empty());
    }

    private static CommandRun of(World world, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(world, arguments);
        // As in the program, what no line end and nobody flushes is lost at the exit.
        command.setOut(new PrintWriter(new BufferedWriter(out), true))
                .setErr(new PrintWriter(new BufferedWriter(err), true));
        int code = command.execute(arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }
}
