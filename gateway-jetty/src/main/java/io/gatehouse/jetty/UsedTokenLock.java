package io.gatehouse.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says whether this gateway runs alone with its token keys, by a lock that the system ends with the process. The file
 * that is locked names the file of used tokens which the last gateway has left, by inode and time of change: no copy
 * has both. It is emptied when it is read, and it is marked when another gateway starts meanwhile.
 */
final class UsedTokenLock implements AutoCloseable {
    /** The byte that the one gateway locks which may leave what it knows. */
    private static final long FIRST = 0;
    /** The byte that all others share. */
    private static final long OTHERS = 1;
    /** Behind every name, so that neither is written over the other. */
    private static final long MARK_AT = 1024;

    private final FileChannel channel;
    /** Java forgets a lock that nobody refers to. */
    private final Optional<FileLock> held;

    private final boolean alone;
    private final String named;

    private UsedTokenLock(FileChannel channel, Optional<FileLock> held, boolean alone, String named) {
        this.channel = channel;
        this.held = held;
        this.alone = alone;
        this.named = named;
    }

    /** Locks {@code file}, which is made if it is not there, and empties it. */
    static UsedTokenLock open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Optional<FileLock> first = tryLock(channel, FIRST);
            return first.isPresent() ? first(channel, first) : beside(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static UsedTokenLock first(FileChannel channel, Optional<FileLock> first) throws IOException {
        // Who starts meanwhile waits for this lock, and marks the file after it was emptied.
        Optional<FileLock> others = tryLock(channel, OTHERS);
        if (others.isEmpty()) {
            return new UsedTokenLock(channel, first, false, "");
        }
        String named = read(channel);
        channel.truncate(0);
        channel.force(true);
        others.get().release();
        return new UsedTokenLock(channel, first, true, named);
    }

    private static UsedTokenLock beside(FileChannel channel) throws IOException {
        Optional<FileLock> shared;
        try {
            shared = Optional.of(channel.lock(OTHERS, 1, true));
        } catch (OverlappingFileLockException _) {
            shared = Optional.empty(); // another gateway of this process has it
        }
        channel.write(ByteBuffer.wrap(new byte[] {'x'}), MARK_AT);
        channel.force(true);
        return new UsedTokenLock(channel, shared, false, "");
    }

    private static Optional<FileLock> tryLock(FileChannel channel, long position) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock(position, 1, false));
        } catch (OverlappingFileLockException _) {
            return Optional.empty();
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) MARK_AT + 1);
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
            // until its end, or the mark
        }
        return new String(content.array(), 0, content.position(), StandardCharsets.ISO_8859_1);
    }

    /** Whether no other gateway ran when this one started: only then may it leave what it knows. */
    boolean isAlone() {
        return alone;
    }

    /** Whether the last gateway left {@code left}, this very file, and none ran beside it. */
    boolean names(Path left) throws IOException {
        return alone && named.equals(nameOf(left));
    }

    /** Says that this gateway has left {@code left}. */
    void name(Path left) throws IOException {
        channel.write(ByteBuffer.wrap(nameOf(left).getBytes(StandardCharsets.ISO_8859_1)), 0);
        channel.force(true);
    }

    private static String nameOf(Path file) throws IOException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:ino,ctime", LinkOption.NOFOLLOW_LINKS);
        return "inode " + facts.get("ino") + ", changed " + facts.get("ctime") + "\n";
    }

    @Override
    public void close() throws IOException {
        if (held.isPresent()) {
            held.get().release();
        }
        channel.close();
    }
}
