package io.gatehouse.jetty.startup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file that one process has locked, with a short text that only this process changes. The kernel ends the lock with
 * the process. It is one of {@code fcntl}: it ends as well when this process opens and closes the file once more.
 */
public final class StateLock implements AutoCloseable {
    private static final int LONGEST = 1024;

    private final FileChannel channel;
    /** Java forgets a lock that nobody refers to. */
    private final FileLock lock;

    private StateLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Locks {@code file}, which is made if it is not there.
     *
     * @return nothing when another process has locked it
     * @throws IOException when the file cannot be made, or has no locks
     */
    public static Optional<StateLock> tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Optional<StateLock> locked = Optional.empty();
        try {
            locked = Optional.ofNullable(channel.tryLock(0, 1, false)).map(lock -> new StateLock(channel, lock));
            return locked;
        } catch (OverlappingFileLockException _) {
            return Optional.empty(); // another gateway of this process
        } finally {
            if (locked.isEmpty()) {
                channel.close();
            }
        }
    }

    /** The text, its first 1024 bytes at most. */
    public String text() throws IOException {
        ByteBuffer content = ByteBuffer.allocate(LONGEST);
        while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
            // until its end
        }
        return new String(content.array(), 0, content.position(), StandardCharsets.ISO_8859_1);
    }

    /** Writes {@code text} in the place of the text before, to the disk. */
    public void write(String text) throws IOException {
        channel.truncate(0);
        ByteBuffer content = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (content.hasRemaining()) {
            channel.write(content, content.position());
        }
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            lock.release();
            channel.close();
        }
    }
}
