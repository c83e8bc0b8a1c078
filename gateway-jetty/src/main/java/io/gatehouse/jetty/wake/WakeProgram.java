package io.gatehouse.jetty.wake;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.formats.text.PrintableText;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Runs the commands of desktops: without a shell, with an environment of their own, without input, for a limited time.
 * Of their output the first {@value #MOST_OUTPUT} bytes are kept. It does not pin its virtual thread: output is only
 * read when there is some. Safe for use by many threads.
 */
final class WakeProgram {
    static final int MOST_OUTPUT = 4096;
    private static final long BETWEEN_LOOKS_MILLIS = 50;
    private static final Duration FOR_THE_END = Duration.ofSeconds(2);
    private static final Duration FOR_LAST_WORDS = Duration.ofMillis(500);
    private static final File ROOT = new File("/");
    private static final File NO_INPUT = new File("/dev/null");
    private static final File NOWHERE = NO_INPUT;
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C.UTF-8");

    private final MonotonicClock time;
    /** How the Java virtual machine writes arguments; by the locale that it was started in. */
    private final Charset letters;

    /** Copies its input to its output. */
    private final Optional<Path> copier;

    private final WakePlaces places = new WakePlaces();

    /**
     * For whom a command runs.
     *
     * @param user whose share of the places it takes
     * @param patience how long it may wait for a place
     * @param isNeeded asked again when it has one
     * @param variables the whole environment, beside {@code PATH}, {@code LANG} and {@link ProcessFamily#VARIABLE}
     */
    record Order(String user, Duration patience, BooleanSupplier isNeeded, Map<String, String> variables) {}

    WakeProgram(MonotonicClock time) {
        this(
                time,
                Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")),
                Stream.of("/usr/bin/cat", "/bin/cat")
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .findFirst());
    }

    WakeProgram(MonotonicClock time, Charset letters, Optional<Path> copier) {
        this.time = time;
        this.letters = letters;
        this.copier = copier;
    }

    /**
     * Runs {@code command} to its end, to the end of its time, or to {@link #close}.
     *
     * @return why it failed; empty when it did not, or was not needed any more when there was a place for it
     */
    Optional<String> run(WakeCommand command, Order order) throws InterruptedException {
        for (String argument : command.arguments()) {
            if (!letters.newEncoder().canEncode(argument)) {
                return Optional.of(
                        command.program() + " was not run: " + PrintableText.quoted(argument)
                                + " cannot be written in the locale of the gateway (expected LC_ALL=C.UTF-8 in its environment)");
            }
        }
        return switch (places.enter(order.user(), order.patience(), order.isNeeded())) {
            case NOT_NEEDED -> Optional.empty();
            case NONE ->
                Optional.of(command.program() + " was not run: "
                        + (places.isClosed()
                                ? Waker.STOPS
                                : places.taken() + " commands run already (expected at most " + WakePlaces.MOST
                                        + ", and " + WakePlaces.MOST_OF_A_USER + " of a user)"));
            case TAKEN -> {
                try {
                    yield runInPlace(command, order.variables());
                } catch (IOException e) {
                    yield Optional.of(command.program() + " cannot be run: " + PrintableText.line(e));
                } finally {
                    places.leave(order.user());
                }
            }
        };
    }

    /** Asks whether commands that wait for a place are still needed. */
    void lookAgain() {
        places.lookAgain();
    }

    /** Kills what runs, and runs nothing any more. */
    void close() throws InterruptedException {
        places.close();
        places.awaitEmpty(FOR_THE_END);
    }

    private Optional<String> runInPlace(WakeCommand command, Map<String, String> variables)
            throws IOException, InterruptedException {
        ProcessFamily family = new ProcessFamily();
        ProcessBuilder program = new ProcessBuilder(command.arguments())
                .directory(ROOT)
                .redirectInput(NO_INPUT)
                .redirectErrorStream(true);
        program.environment().clear();
        program.environment().putAll(ENVIRONMENT);
        program.environment().put(ProcessFamily.VARIABLE, family.value());
        program.environment().putAll(variables);
        long end = time.in(command.timeout());
        List<Process> pipe = ProcessBuilder.startPipeline(
                Stream.concat(Stream.of(program), reader().stream()).toList());
        Process process = pipe.getFirst();
        Process reader = pipe.getLast();
        boolean ended = false;
        try (InputStream output = reader.getInputStream()) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            ended = process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            while (!ended && !time.hasReached(end) && !places.isClosed()) {
                drain(output, kept);
                ended = process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!ended) {
                family.kill(process);
            } else if (process.exitValue() == 0) {
                return Optional.empty();
            }
            drainToEnd(reader, output, kept);
            return Optional.of(command.program() + how(command, process, ended) + said(kept));
        } finally {
            if (!ended) {
                family.kill(process);
            }
            reader.destroyForcibly();
        }
    }

    /**
     * Hands output over from the program to the gateway. The pipe of the program is none of this process: at the end of
     * a process, Java reads what is left in its pipes until nothing more comes, and children in the background may
     * write without end. They get SIGPIPE when the reader is gone. A container without {@code cat} has none.
     */
    private Optional<ProcessBuilder> reader() {
        return copier.map(path -> {
            ProcessBuilder reader =
                    new ProcessBuilder(path.toString()).directory(ROOT).redirectError(NOWHERE);
            reader.environment().clear();
            reader.environment().putAll(ENVIRONMENT);
            return reader;
        });
    }

    private String how(WakeCommand command, Process process, boolean ended) {
        if (ended) {
            return " ended with " + process.exitValue();
        }
        return places.isClosed()
                ? " was killed since " + Waker.STOPS
                : " was killed after " + command.timeout().toSeconds() + " s (wake-command-timeout)";
    }

    /** Takes what the program wrote last, which may still be on its way; not what others go on to write. */
    private void drainToEnd(Process reader, InputStream output, ByteArrayOutputStream kept)
            throws IOException, InterruptedException {
        long end = time.in(FOR_LAST_WORDS);
        boolean isAll = false;
        while (!isAll && !time.hasReached(end)) {
            isAll = reader.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            drain(output, kept);
        }
    }

    /** Takes what is there. */
    private static void drain(InputStream output, ByteArrayOutputStream kept) throws IOException {
        byte[] piece = output.readNBytes(output.available());
        kept.write(piece, 0, Math.min(piece.length, MOST_OUTPUT - kept.size()));
    }

    private static String said(ByteArrayOutputStream output) {
        String text = PrintableText.line(output.toString(StandardCharsets.UTF_8));
        return text.isEmpty() ? "" : ": " + text;
    }
}
