package io.gatehouse.core.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The name that this machine has given itself. Java asks DNS for its address before it tells the name: that can take a
 * minute, and where it fails there would be another name, for which tokens are not good.
 */
public final class MachineName {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final String UNKNOWN = "localhost";

    private MachineName() {}

    /** As the kernel has it; {@code localhost} when it has none. */
    public static String text() {
        try {
            String name = Files.readString(KERNEL, StandardCharsets.US_ASCII).strip();
            return name.isEmpty() || name.equals("(none)") ? UNKNOWN : name;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
