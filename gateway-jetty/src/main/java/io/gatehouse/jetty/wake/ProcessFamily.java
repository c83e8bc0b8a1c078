package io.gatehouse.jetty.wake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A process and all that it started, which inherit a variable with a value of their own: a program that went into the
 * background is nobody's descendant any more, and has left the process group if it likes. Needs the {@code /proc} of
 * Linux; elsewhere it knows descendants only.
 */
final class ProcessFamily {
    /** The variable. */
    static final String VARIABLE = "GATEHOUSE_WAKE";
    /** A program that starts others while these are killed is looked for again. */
    private static final int MOST_ROUNDS = 20;

    private static final int MOST_ENVIRONMENT = 256 * 1024;

    private final String value = UUID.randomUUID().toString();

    /** The value of the variable. */
    String value() {
        return value;
    }

    /** Kills {@code first} and its family. */
    void kill(Process first) {
        List<ProcessHandle> descendants = first.descendants().toList();
        first.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        byte[] entry = (VARIABLE + "=" + value).getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                List<ProcessHandle> family =
                        all.filter(each -> hasEntry(each, entry)).toList();
                if (family.isEmpty()) {
                    return;
                }
                family.forEach(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static boolean hasEntry(ProcessHandle process, byte[] entry) {
        try (InputStream environment =
                Files.newInputStream(Path.of("/proc", String.valueOf(process.pid()), "environ"))) {
            return contains(environment.readNBytes(MOST_ENVIRONMENT), entry);
        } catch (IOException gone) {
            return false; // or another user's
        }
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
