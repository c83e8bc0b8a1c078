package io.gatehouse.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The temporary folder of one test: what its processes wrote, their data and home folders, screenshots.
 *
 * <p>Registered with {@code @RegisterExtension} it deletes itself after a test that passed, and stays and prints its
 * path after a test that failed. Without JUnit, {@link #close} deletes it unless {@link #keep} was called. Threads may
 * share it.
 */
public final class TestFolder implements AutoCloseable, AfterEachCallback {
    private final Path path;
    private final AtomicInteger files = new AtomicInteger();
    private volatile boolean kept;

    /** Makes a new folder below {@code java.io.tmpdir}. */
    public TestFolder() {
        try {
            path = Files.createTempDirectory("gatehouse-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder itself. */
    public Path path() {
        return path;
    }

    /** A path in the folder that nobody else was given, with a number before {@code name}. */
    public Path fresh(String name) {
        return path.resolve(String.format("%02d-%s", files.incrementAndGet(), name));
    }

    /** Makes a new empty folder in this folder. */
    public Path freshFolder(String name) {
        try {
            return Files.createDirectory(fresh(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a new file, in UTF-8 and readable by its owner only. */
    public Path write(String name, String text) {
        Path file = fresh(name);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the folder outlive {@link #close}. */
    public void keep() {
        kept = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            keep();
            System.err.println(context.getDisplayName() + " failed; what it left: " + path);
        }
        close();
    }

    @Override
    public void close() {
        if (kept || !Files.exists(path)) {
            return;
        }
        delete(path);
    }

    /** Deletes a file, or a folder with all that is in it. */
    static void delete(Path file) {
        try (Stream<Path> all = Files.walk(file)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
