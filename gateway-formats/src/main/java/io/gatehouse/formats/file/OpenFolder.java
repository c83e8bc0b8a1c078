package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds folders in which a third user could put another file in the place of one that belongs to somebody. */
final class OpenFolder {
    private static final int ROOT = 0;
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    /** In such a folder, as {@code /tmp} is one, users can replace what is theirs only. */
    private static final int STICKY = 01000;

    private OpenFolder() {}

    /**
     * The first folder or link on the way to {@code file} that others than root and the user {@code owner} can change:
     * on the way as it is written, and on the way without links.
     */
    static Optional<Path> above(Path file, int owner) throws ProviderException {
        try {
            for (Path way : List.of(file.toAbsolutePath().normalize(), file.toRealPath())) {
                for (Path step = way; step != null; step = step.getParent()) {
                    if (isOpen(step, owner)) {
                        return Optional.of(step);
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new ProviderException("the folders of " + file + " cannot be examined: " + e, e);
        }
    }

    private static boolean isOpen(Path step, int owner) throws IOException {
        Map<String, Object> facts = Files.readAttributes(step, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        if (!(facts.get("mode") instanceof Integer mode) || !(facts.get("uid") instanceof Integer uid)) {
            throw new IOException(step + ": no mode");
        }
        boolean foreign = uid != ROOT && uid != owner;
        boolean writable = (mode & TYPE) == FOLDER && (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0;
        return foreign || writable;
    }
}
