package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs programs that answer and end, a bounded number at one time, each bounded in time and output. Safe for many
 * threads.
 */
final class ProgramRunner implements AutoCloseable {
    static final int MOST_OUTPUT = 1 << 20;

    private final Semaphore turns;
    /** Reads and writes of pipes cannot be limited in time: threads of their own do them. */
    private final ExecutorService pipes = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("winbind-query-", 0).factory());

    /** The result of a run of a program. */
    sealed interface Run {
        /**
         * It ended by itself.
         *
         * @param exitCode 0 for success
         * @param output all of its standard output
         * @param errors all of its standard error
         */
        record Ended(int exitCode, String output, String errors) implements Run {}

        /**
         * It could not be started, took too long or said too much.
         *
         * @param why for messages
         */
        record Failed(String why) implements Run {}
    }

    /** A runner for {@code most} programs at one time. */
    ProgramRunner(int most) {
        turns = new Semaphore(most, true);
    }

    /**
     * Runs a program to its end, until {@code deadline} at most.
     *
     * @param command the full path of the program and its arguments
     * @param input what it reads; must fit into a pipe
     */
    Run run(List<String> command, byte[] input, Deadline deadline) {
        String name = String.valueOf(Path.of(command.getFirst()).getFileName());
        try {
            if (!turns.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                return new Run.Failed(name + " had no turn within " + deadline.text());
            }
            try {
                return runInTurn(name, command, input, deadline);
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Run.Failed("interrupted");
        }
    }

    private Run runInTurn(String name, List<String> command, byte[] input, Deadline deadline)
            throws InterruptedException {
        Process process;
        try {
            process = Programs.start(command);
        } catch (IOException e) {
            return new Run.Failed(name + " cannot be started: " + PrintableText.line(e));
        }
        try {
            Future<String> output = pipes.submit(() -> read(process.getInputStream()));
            Future<String> errors = pipes.submit(() -> read(process.getErrorStream()));
            Future<?> written = pipes.submit(() -> write(process.getOutputStream(), input));
            String text = output.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            String errorText = errors.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            written.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            return new Run.Ended(process.exitValue(), text, errorText);
        } catch (TimeoutException e) {
            return new Run.Failed(name + " did not answer within " + deadline.text());
        } catch (ExecutionException e) {
            return new Run.Failed(name + " failed: " + PrintableText.line(String.valueOf(e.getCause())));
        } finally {
            Programs.kill(process);
        }
    }

    private static String read(InputStream stream) throws IOException {
        try (stream) {
            byte[] bytes = stream.readNBytes(MOST_OUTPUT + 1);
            if (bytes.length > MOST_OUTPUT) {
                throw new IOException("more than " + MOST_OUTPUT + " bytes of output");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("output that is not UTF-8", e);
        }
    }

    private static Void write(OutputStream stream, byte[] input) {
        try (stream) {
            stream.write(input);
        } catch (IOException _) {
            // It ended without reading; its exit code says why.
        }
        return null;
    }

    @Override
    public void close() {
        pipes.shutdownNow();
    }
}
