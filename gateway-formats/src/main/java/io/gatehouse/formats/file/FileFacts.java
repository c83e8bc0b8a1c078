package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/**
 * What the file system says of a file: enough to notice a change, and who may touch it.
 *
 * @param mode type and permissions as in {@code stat(2)}
 * @param device the file system
 * @param inode the file's number there
 * @param uid the owner
 * @param gid the group
 * @param size bytes
 * @param modified when the content changed
 * @param changed when content or permissions changed
 */
record FileFacts(int mode, long device, long inode, int uid, int gid, long size, FileTime modified, FileTime changed) {
    private static final int ROOT = 0;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    /** Group write and execute, everything for others. */
    private static final int FORBIDDEN = 0037;

    static FileFacts of(Path file, FileFormat<?> format) throws ProviderException {
        try {
            Map<String, Object> facts =
                    Files.readAttributes(file, "unix:mode,dev,ino,uid,gid,size,lastModifiedTime,ctime");
            return new FileFacts(
                    (Integer) fact(facts, "mode"),
                    (Long) fact(facts, "dev"),
                    (Long) fact(facts, "ino"),
                    (Integer) fact(facts, "uid"),
                    (Integer) fact(facts, "gid"),
                    (Long) fact(facts, "size"),
                    (FileTime) fact(facts, "lastModifiedTime"),
                    (FileTime) fact(facts, "ctime"));
        } catch (NoSuchFileException e) {
            throw new ProviderException(format.kind() + " " + file + " does not exist" + remedy(format), e);
        } catch (IOException e) {
            throw new ProviderException(format.kind() + " " + file + " cannot be examined: " + e, e);
        } catch (UnsupportedOperationException e) {
            throw new ProviderException(
                    format.kind() + " " + file + " lies on a file system without Unix permissions", e);
        }
    }

    private static String remedy(FileFormat<?> format) {
        return format.remedy().isEmpty() ? "" : " (" + format.remedy() + ")";
    }

    private static Object fact(Map<String, Object> facts, String name) throws IOException {
        Object fact = facts.get(name);
        if (fact == null) {
            throw new IOException("no " + name);
        }
        return fact;
    }

    /** Refuses a file that somebody else could have written, or that everybody may read. */
    void requireGuarded(Path file, FileFormat<?> format) throws ProviderException {
        requireGuarded(file, format, ownUid());
    }

    /** Does so for a process of the user {@code self}. */
    void requireGuarded(Path file, FileFormat<?> format, int self) throws ProviderException {
        if ((mode & TYPE) != REGULAR) {
            throw new ProviderException(format.kind() + " " + file + " is not a regular file");
        }
        if (uid != ROOT && uid != self && self != ROOT) {
            throw new ProviderException(format.kind() + " " + file + " belongs to uid " + uid
                    + " (expected root or uid " + self + "; run: chown " + self + " " + file + ")");
        }
        if ((mode & FORBIDDEN) != 0) {
            throw new ProviderException(
                    format.kind() + " " + file + " has the permissions " + Integer.toOctalString(mode & 07777)
                            + " (expected 600, or 640 for a service group; run: chmod "
                            + ((mode & 0040) == 0 ? "600 " : "640 ") + file
                            + ")");
        }
        if (uid != ROOT && uid != self) {
            requireClosedFolders(file, format);
        }
    }

    /**
     * Refuses a file or folder of another user than root and the one of this process. Root may read such a file, and
     * must not write beside it: its owner could put a link in the way.
     */
    static void requireOwn(Path file, int uid) throws ProviderException {
        int self = ownUid();
        if (uid != ROOT && uid != self) {
            throw new ProviderException(file + " belongs to uid " + uid
                    + ", who must change it (run the command as that user, with sudo -u)");
        }
    }

    /**
     * Root may use the file of another user, the service's for example, if no third one can put another file in its
     * place.
     */
    private void requireClosedFolders(Path file, FileFormat<?> format) throws ProviderException {
        Optional<Path> open = OpenFolder.above(file, uid);
        if (open.isPresent()) {
            throw new ProviderException(format.kind() + " " + file + " belongs to uid " + uid + ", and others than root"
                    + " and this user can change " + open.get() + " (run: chmod go-w " + open.get()
                    + ", or chown root " + file + ")");
        }
    }

    /** The user that this process runs as. */
    static int ownUid() throws ProviderException {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException | UnsupportedOperationException e) {
            throw new ProviderException("cannot find out the user of this process: " + e, e);
        }
    }
}
