package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a program says on standard error to its end, so that the program never waits for it. The first lines are
 * logged; with Samba's debug levels they may hold what clients sent, so a line that looks like it is replaced.
 */
final class ErrorOutput implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorOutput.class);
    private static final int MOST_LINES = 50;
    private static final int LONGEST_LINE = 500;

    private final InputStream input;
    private final long pid;
    private volatile Optional<String> firstLine = Optional.empty();

    private ErrorOutput(InputStream input, long pid) {
        this.input = input;
        this.pid = pid;
    }

    static ErrorOutput drain(Process process) {
        ErrorOutput output = new ErrorOutput(process.getErrorStream(), process.pid());
        Thread.ofPlatform().daemon().name("ntlm_auth-errors-" + process.pid()).start(output);
        return output;
    }

    /** The first thing that was said, so far. */
    Optional<String> firstLine() {
        return firstLine;
    }

    @Override
    public void run() {
        StringBuilder line = new StringBuilder();
        int lines = 0;
        try (input) {
            for (int value = input.read(); value >= 0; value = input.read()) {
                if (value != '\n') {
                    if (line.length() < LONGEST_LINE) {
                        line.append((char) value);
                    }
                } else {
                    if (lines < MOST_LINES && !line.toString().isBlank()) {
                        lines++;
                        take(line.toString());
                    }
                    line.setLength(0);
                }
            }
        } catch (IOException _) {
            // The process was ended.
        }
    }

    private void take(String line) {
        String text = isDelicate(line) ? "(a line that may hold what a client sent)" : PrintableText.line(line);
        if (firstLine.isEmpty()) {
            firstLine = Optional.of(text);
        }
        LOG.atDebug().addKeyValue("pid", pid).addKeyValue("text", text).log("standard error of ntlm_auth");
    }

    private static boolean isDelicate(String line) {
        String lower = line.toLowerCase(Locale.ROOT);
        return Stream.of("response", "challenge", "session", "key", "got '", "hash")
                .anyMatch(lower::contains);
    }
}
