package io.gatehouse.jetty.wake;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.wake.WakeCommand;
import io.gatehouse.formats.text.PrintableText;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs the command of a desktop: without a shell, with an environment of its own, without input, for a limited time. Of
 * its output the first {@value #MOST_OUTPUT} bytes are kept. It does not pin its virtual thread: output is only read
 * when there is some. Safe for use by many threads.
 */
final class WakeProgram {
    static final int MOST_OUTPUT = 4096;
    private static final int MOST_AT_ONE_TIME = 16;
    private static final long BETWEEN_LOOKS_MILLIS = 50;
    private static final File ROOT = new File("/");
    private static final File NO_INPUT = new File("/dev/null");
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final MonotonicClock time;
    private final Semaphore places = new Semaphore(MOST_AT_ONE_TIME);

    WakeProgram(MonotonicClock time) {
        this.time = time;
    }

    /**
     * Runs {@code command} to its end, or to the end of its time.
     *
     * @param variables the whole environment, beside {@code PATH} and {@code LANG}
     * @return why it failed; empty when it did not
     */
    Optional<String> run(WakeCommand command, Map<String, String> variables) throws InterruptedException {
        if (!places.tryAcquire()) {
            return Optional.of(command.program() + " was not run: " + MOST_AT_ONE_TIME + " commands run already");
        }
        try {
            return runInPlace(command, variables);
        } catch (IOException e) {
            return Optional.of(command.program() + " cannot be run: " + PrintableText.line(e));
        } finally {
            places.release();
        }
    }

    private Optional<String> runInPlace(WakeCommand command, Map<String, String> variables)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments())
                .directory(ROOT)
                .redirectInput(NO_INPUT)
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of("PATH", PATH, "LANG", "C.UTF-8"));
        environment.putAll(variables);
        long end = time.in(command.timeout());
        Process process = builder.start();
        try (InputStream output = process.getInputStream()) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            boolean ended = process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            while (!ended && !time.hasReached(end)) {
                drain(output, kept);
                ended = process.waitFor(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
            }
            drain(output, kept);
            if (!ended) {
                return Optional.of(command.program() + " was killed after "
                        + command.timeout().toSeconds() + " s (wake-command-timeout)" + said(kept));
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(command.program() + " ended with " + process.exitValue() + said(kept));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
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
