package io.gatehouse.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long a process has used processors, all of its threads together, in user and in kernel mode. */
final class ProcessorTime {
    /** {@code USER_HZ}, which is 100 on every architecture that matters; so the resolution is 10 ms. */
    private static final double TICKS_PER_SECOND = 100;
    /** The places of utime and stime after the program's name; see proc(5). */
    private static final int USER = 11;

    private static final int KERNEL = 12;

    private ProcessorTime() {}

    /** In seconds since the process started. */
    static double of(long processId) throws IOException {
        return parse(Files.readString(Path.of("/proc/" + processId + "/stat"), StandardCharsets.ISO_8859_1));
    }

    /** In seconds, from the text of {@code /proc/PID/stat}. */
    static double parse(String stat) {
        // The name may hold anything, spaces and parentheses too.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[KERNEL])) / TICKS_PER_SECOND;
    }
}
