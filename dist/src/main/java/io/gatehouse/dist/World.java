package io.gatehouse.dist;

import io.gatehouse.formats.file.Utf8;
import io.gatehouse.jetty.edge.OpenFileLimit;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What the commands need from the process around them; tests bring their own.
 *
 * @param clock the time of day
 * @param input standard input
 * @param prompt asks the person at the terminal
 * @param lifetime how long a server runs
 * @param files how many files and sockets may be open
 * @param home the folder of the unpacked tarball, when there is one
 */
record World(
        Clock clock, InputStream input, Prompt prompt, Lifetime lifetime, OpenFileLimit files, Optional<Path> home) {
    /** More than any password or token has. */
    private static final int LARGEST_INPUT = 1 << 20;

    private static final Path SYSTEM_FOLDER = Path.of("/etc/gatehouse");
    private static final Path SYSTEM_CONFIGURATION = SYSTEM_FOLDER.resolve("gatehouse.toml");

    /** Asks for a secret without echo; empty when nobody sits at a terminal. */
    @FunctionalInterface
    interface Prompt {
        Optional<String> secret(String question) throws CommandException;

        /** Asks for something that may be seen; empty when nobody sits at a terminal. */
        default Optional<String> line(String question) throws CommandException {
            return secret(question);
        }
    }

    private static final class Terminal implements Prompt {
        private static Optional<Console> console() {
            return Optional.ofNullable(System.console()).filter(Console::isTerminal);
        }

        @Override
        public Optional<String> secret(String question) throws CommandException {
            Optional<Console> console = console();
            return console.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new String(typed(console.get().readPassword("%s", question))));
        }

        @Override
        public Optional<String> line(String question) throws CommandException {
            Optional<Console> console = console();
            return console.isEmpty()
                    ? Optional.empty()
                    : Optional.of(typed(console.get().readLine("%s", question)));
        }

        /** Somebody sits there, and has typed Ctrl-D. */
        private static <T> T typed(@Nullable T answer) throws CommandException {
            if (answer == null) {
                throw CommandException.failed("Ctrl-D instead of an answer (expected one); nothing was changed");
            }
            return answer;
        }
    }

    /** Decides how long a server runs: until a signal, or not at all in tests. */
    @FunctionalInterface
    interface Lifetime {
        /**
         * Opens {@code server}, and returns when it was closed, because the process is to end. It may be closed before
         * it was opened, and meanwhile.
         */
        void serve(Server server) throws CommandException, InterruptedException;
    }

    /** A server that runs until it is closed. */
    @FunctionalInterface
    interface Server extends AutoCloseable {
        /** Begins to serve, unless it was closed before. */
        default void open() throws CommandException {}

        @Override
        void close();

        /** Lets {@link #close}, which another thread is in and which may wait for users, wait no longer. */
        default void hurry() {}
    }

    static World ofThisProcess() {
        return new World(
                Clock.systemUTC(),
                System.in,
                new Terminal(),
                World::serveUntilSignal,
                OpenFileLimit.current(),
                Optional.ofNullable(System.getProperty("gatehouse.home")).map(Path::of));
    }

    /** The configuration when none is named: the system's, or the example in the tarball. */
    Optional<Path> defaultConfiguration() {
        if (Files.exists(SYSTEM_CONFIGURATION)) {
            return Optional.of(SYSTEM_CONFIGURATION);
        }
        return home.map(folder -> folder.resolve("conf/gatehouse.toml")).filter(Files::exists);
    }

    /** Where a first configuration goes when no file is named: to the system's folder, or into the tarball's. */
    Optional<Path> firstConfiguration() {
        return Files.isDirectory(SYSTEM_FOLDER)
                ? Optional.of(SYSTEM_CONFIGURATION)
                : home.map(folder -> folder.resolve("conf/gatehouse.toml"));
    }

    /**
     * One line from standard input, without its line end.
     *
     * @throws CommandException when it is not UTF-8
     */
    Optional<String> firstLineOfInput() throws IOException, CommandException {
        return linesOfInput().stream().findFirst();
    }

    /**
     * The lines of standard input, without their ends.
     *
     * @throws CommandException when it is not UTF-8
     */
    List<String> linesOfInput() throws IOException, CommandException {
        byte[] bytes = input.readNBytes(LARGEST_INPUT);
        if (Utf8.looksLikeUtf16(bytes)) {
            throw CommandException.wrong("standard input is UTF-16 text (expected UTF-8)");
        }
        return Utf8.decode(bytes)
                .orElseThrow(() -> CommandException.wrong("standard input is not UTF-8 text (expected UTF-8)"))
                .lines()
                .toList();
    }

    /**
     * Serves until SIGINT or SIGTERM, whose shutdown hook closes the server gracefully. Java does nothing about a
     * second one, which hurries here. The hook is there before the server opens: a signal would end the process by
     * halves otherwise.
     */
    private static void serveUntilSignal(Server server) throws CommandException, InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    hearAgain("TERM", server);
                    hearAgain("INT", server);
                    try {
                        server.close();
                    } catch (RuntimeException | Error e) {
                        LoggerFactory.getLogger(World.class)
                                .atError()
                                .setCause(e)
                                .log("it did not end cleanly");
                    } finally {
                        ProcessLog.end();
                    }
                }));
        server.open();
        Thread.currentThread().join();
    }

    private static void hearAgain(String signal, Server server) {
        try {
            Signals.hear(signal, server::hurry);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LoggerFactory.getLogger(World.class)
                    .atWarn()
                    .addKeyValue("signal", signal)
                    .setCause(e)
                    .log("a second signal is not heard");
        }
    }
}
