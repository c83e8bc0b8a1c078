package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.RequiredTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** Variables by which libraries in front of the C library give one program its own host names and its own time. */
public final class Preload {
    private static final String NAMES = "libnss_wrapper.so";
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Map<String, String> variables;

    private Preload(Map<String, String> variables) {
        this.variables = variables;
    }

    /** Lets the test go on only if {@code nss_wrapper} is installed. */
    public static void assumeNames() {
        RequiredTools.assumeFile(library(NAMES), "libnss-wrapper");
    }

    /** Lets the test go on only if {@code faketime} is installed. */
    public static void assumeFakeTime() {
        RequiredTools.assumeFile(fakeTime(), "faketime");
    }

    /** The machine's own users, and the host names of this file instead of its own. */
    static Preload names(Path hosts) {
        Map<String, String> variables = new HashMap<>();
        variables.put("LD_PRELOAD", NAMES);
        variables.put("NSS_WRAPPER_HOSTS", hosts.toString());
        variables.put("NSS_WRAPPER_PASSWD", "/etc/passwd");
        variables.put("NSS_WRAPPER_GROUP", "/etc/group");
        return new Preload(variables);
    }

    Preload withClockAhead(Duration ahead) {
        if (ahead.isZero()) {
            return this;
        }
        Map<String, String> more = new HashMap<>(variables);
        more.merge("LD_PRELOAD", fakeTime().toString(), (one, other) -> one + ":" + other);
        more.put("FAKETIME", (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "s");
        return new Preload(more);
    }

    Map<String, String> with(String name, String value) {
        Map<String, String> all = new HashMap<>(variables);
        all.put(name, value);
        return Map.copyOf(all);
    }

    private static Path fakeTime() {
        return library("faketime/libfaketime.so.1");
    }

    /** A library of whatever architecture this is. */
    private static Path library(String name) {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu*")) {
            Iterator<Path> each = architectures.iterator();
            while (each.hasNext()) {
                Path file = each.next().resolve(name);
                if (Files.exists(file)) {
                    return file;
                }
            }
            return LIBRARIES.resolve(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
