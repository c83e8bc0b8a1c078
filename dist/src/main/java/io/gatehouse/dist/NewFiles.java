package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of a configuration that a command writes together: all of them or none. A file that is there is replaced only
 * if that was asked for, and kept under another name. Only the owner may read them, and in a folder such as
 * {@code /etc/gatehouse} the group of the service.
 */
final class NewFiles implements AutoCloseable {
    private final boolean replace;
    private final Map<Path, byte[]> files = new LinkedHashMap<>();
    private final List<Path> made = new ArrayList<>();
    private boolean complete;

    /**
     * No files yet.
     *
     * @param replace whether a file that is there gives way, and is kept as {@code NAME.old}
     */
    NewFiles(boolean replace) {
        this.replace = replace;
    }

    /** Adds a file; the last one that is added is written last. */
    void add(Path file, String text) {
        add(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds a file; the last one that is added is written last. */
    void add(Path file, byte[] content) {
        files.put(file.toAbsolutePath(), content);
    }

    /** Adds a file, unless one of its name is there. */
    void addIfMissing(Path file, String text) {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            add(file, text);
        }
    }

    /**
     * Writes them.
     *
     * @return the names under which files are kept that gave way
     * @throws CommandException when one is there and must not be replaced; then none is written
     */
    synchronized List<Path> write() throws CommandException, IOException {
        if (!replace) {
            for (Map.Entry<Path, byte[]> each : files.entrySet()) {
                if (isThere(each.getKey()) && !isSame(each.getKey(), each.getValue())) {
                    throw CommandException.failed(each.getKey()
                            + ": already exists (use --force to replace it; the old file is kept as " + each.getKey()
                            + ".old)");
                }
            }
        }
        List<Path> kept = new ArrayList<>();
        for (Map.Entry<Path, byte[]> each : files.entrySet()) {
            write(each.getKey(), each.getValue(), kept);
        }
        complete = true;
        return kept;
    }

    private void write(Path file, byte[] content, List<Path> kept) throws CommandException, IOException {
        if (isThere(file) && isSame(file, content)) {
            return;
        }
        try {
            Files.createDirectories(folder(file));
            FileOwnership ownership = FileOwnership.ofSecret(file);
            if (isThere(file)) {
                Path old = freeName(file);
                WholeFile.write(old, Files.readAllBytes(file), ownership);
                kept.add(old);
            } else {
                made.add(file);
            }
            WholeFile.write(isThere(file) ? file.toRealPath() : file, content, ownership);
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        }
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? Path.of("/") : folder;
    }

    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isSame(Path file, byte[] content) throws CommandException, IOException {
        if (!Files.isRegularFile(file)) {
            throw CommandException.failed(file + ": is no file");
        }
        return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static Path freeName(Path file) {
        Path name = file.resolveSibling(file.getFileName() + ".old");
        for (int i = 2; isThere(name); i++) {
            name = file.resolveSibling(file.getFileName() + ".old-" + i);
        }
        return name;
    }

    /** Deletes what was written, unless everything was. */
    @Override
    public synchronized void close() throws IOException {
        if (!complete) {
            for (Path file : made.reversed()) {
                Files.deleteIfExists(file);
            }
            made.clear();
        }
    }
}
