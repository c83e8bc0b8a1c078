package io.gatehouse.dist;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Files of a configuration that a command writes together: all of them or none, also when a signal ends the command. A
 * file that is there is replaced only if that was asked for, and kept under another name. Only the owner may read them,
 * and in a folder such as {@code /etc/gatehouse} the group of the service.
 */
final class NewFiles {
    /** What no file of a configuration may have: others get nothing, the group may read at most. */
    private static final int FORBIDDEN = 0137;

    private final boolean replace;
    private final Map<Path, byte[]> files = new LinkedHashMap<>();
    private final ReentrantLock writing = new ReentrantLock();
    private Step last = () -> {};

    /** Something else that belongs to the files. */
    @FunctionalInterface
    interface Step {
        void run() throws CommandException;
    }

    @FunctionalInterface
    private interface Undo {
        void run() throws IOException;
    }

    /** A file that is written, beside its place, with the copy of the one that gives way. */
    private record Planned(Path target, WholeFile.Draft draft, boolean isNew, Optional<Old> old)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            draft.close();
            if (old.isPresent()) {
                old.get().draft().close();
            }
        }
    }

    private record Old(Path name, WholeFile.Draft draft) {}

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

    /** What is done when the files are in their places. If it fails, they are taken back. */
    void last(Step step) {
        last = step;
    }

    /**
     * Writes them. Nothing is in its place before everything is on the disk.
     *
     * @return the names under which files are kept that gave way
     * @throws CommandException when one is there and must not be replaced; then none is written
     */
    List<Path> write() throws CommandException, IOException {
        Thread atExit = Thread.ofPlatform().unstarted(this::awaitWrite);
        writing.lock();
        try {
            Runtime.getRuntime().addShutdownHook(atExit);
            return writeLocked();
        } catch (ProviderException exception) {
            throw CommandException.failed(String.valueOf(exception.getMessage()));
        } finally {
            writing.unlock();
            removeHook(atExit);
        }
    }

    /** Ctrl-C comes before or after everything. */
    private void awaitWrite() {
        writing.lock();
        try {
            files.clear(); // nothing begins any more
        } finally {
            writing.unlock();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException exception) {
            // The process ends already.
        }
    }

    private List<Path> writeLocked() throws CommandException, IOException, ProviderException {
        List<Planned> plan = new ArrayList<>();
        List<Undo> undo = new ArrayList<>();
        boolean complete = false;
        try {
            for (Map.Entry<Path, byte[]> each : files.entrySet()) {
                plan(each.getKey(), each.getValue()).ifPresent(plan::add);
            }
            for (Planned each : plan) {
                put(each, undo);
            }
            last.run();
            complete = true;
        } finally {
            if (!complete) {
                undo(undo);
            }
            for (Planned each : plan) {
                each.close();
            }
        }
        return plan.stream().flatMap(each -> each.old().stream()).map(Old::name).toList();
    }

    /** Empty when there is nothing to do. */
    private Optional<Planned> plan(Path file, byte[] content) throws CommandException, IOException, ProviderException {
        if (!isThere(file)) {
            Files.createDirectories(folder(file));
            return Optional.of(new Planned(
                    file, WholeFile.draft(file, content, FileOwnership.ofSecret(file)), true, Optional.empty()));
        }
        boolean same = isSame(file, content);
        if (!same && !replace) {
            throw exists(file);
        }
        if (same && isClosed(file)) {
            return Optional.empty();
        }
        Path target = file.toRealPath();
        FileOwnership ownership = FileOwnership.ofSecret(file);
        WholeFile.Draft draft = WholeFile.draft(target, content, ownership);
        if (same) {
            return Optional.of(new Planned(target, draft, false, Optional.empty()));
        }
        boolean whole = false;
        try {
            Path name = freeName(file);
            Old old = new Old(name, WholeFile.draft(name, Files.readAllBytes(file), ownership));
            whole = true;
            return Optional.of(new Planned(target, draft, false, Optional.of(old)));
        } finally {
            if (!whole) {
                draft.close();
            }
        }
    }

    private static void put(Planned file, List<Undo> undo) throws CommandException, IOException {
        Path target = file.target();
        try {
            if (file.isNew()) {
                file.draft().create();
                undo.add(() -> Files.deleteIfExists(target));
            } else if (file.old().isPresent()) {
                Path name = file.old().get().name();
                file.old().get().draft().create();
                undo.add(() -> Files.deleteIfExists(name));
                file.draft().replace();
                undo.add(() ->
                        Files.move(name, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
            } else {
                file.draft().replace();
            }
            file.draft().settle();
        } catch (FileAlreadyExistsException exception) {
            throw exists(Path.of(exception.getFile()));
        }
    }

    private static void undo(List<Undo> undo) {
        for (Undo each : undo.reversed()) {
            try {
                each.run();
            } catch (IOException exception) {
                // The others are taken back all the same; the command says what has failed first.
            }
        }
    }

    private static CommandException exists(Path file) {
        return CommandException.failed(
                file + ": already exists (use --force to replace it; the old file is kept as " + file + ".old)");
    }

    private static boolean isClosed(Path file) throws IOException {
        return Files.getAttribute(file, "unix:mode") instanceof Integer mode && (mode & FORBIDDEN) == 0;
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
            throw CommandException.failed(file + ": is not a regular file");
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
}
