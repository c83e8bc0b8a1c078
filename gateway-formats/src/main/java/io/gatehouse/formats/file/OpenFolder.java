package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds folders in which a third user could put another file in the place of one that belongs to somebody. */
final class OpenFolder {
    private static final int ROOT = 0;
    private static final int TYPE = 0170000;
    private static final int LINK = 0120000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    /** In such a folder, as {@code /tmp} is one, users can replace what is theirs only. */
    private static final int STICKY = 01000;

    private static final int MOST_LINKS = 40;

    private OpenFolder() {}

    /**
     * The first folder or link on the way to {@code file} that others than root and the user {@code owner} can change.
     * The way is walked as the kernel walks it, link by link. What lies in a folder that all users may write to, as
     * {@code /tmp} is one, counts only if it is root's: if it were missing, any user could make it.
     */
    static Optional<Path> above(Path file, int owner) throws ProviderException {
        try {
            Deque<Path> names = new ArrayDeque<>();
            file.toAbsolutePath().forEach(names::add);
            return walk(names, owner);
        } catch (IOException e) {
            throw new ProviderException("the folders of " + file + " cannot be examined: " + e, e);
        }
    }

    private static Optional<Path> walk(Deque<Path> names, int owner) throws IOException {
        Path here = Path.of("/");
        Facts folder = Facts.of(here);
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.pop().toString();
            if (name.equals(".")) {
                continue;
            }
            Path next =
                    name.equals("..") ? Optional.ofNullable(here.getParent()).orElse(here) : here.resolve(name);
            Facts facts = Facts.of(next);
            if (folder.isOpen(owner)) {
                return Optional.of(here);
            }
            if (facts.uid() != ROOT && (facts.uid() != owner || folder.isSharedByAll())) {
                return Optional.of(next);
            }
            if (!facts.isLink()) {
                here = next;
                folder = facts;
                continue;
            }
            if (++links > MOST_LINKS) {
                throw new IOException("more than " + MOST_LINKS + " links");
            }
            Path target = Files.readSymbolicLink(next);
            if (target.isAbsolute()) {
                here = Path.of("/");
                folder = Facts.of(here);
            }
            List<Path> first = new ArrayList<>();
            target.forEach(first::add);
            first.reversed().forEach(names::push);
        }
        return Optional.empty();
    }

    private record Facts(int mode, int uid) {
        static Facts of(Path step) throws IOException {
            Map<String, Object> facts = Files.readAttributes(step, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            if (facts.get("mode") instanceof Integer mode && facts.get("uid") instanceof Integer uid) {
                return new Facts(mode, uid);
            }
            throw new IOException(step + ": no mode");
        }

        boolean isLink() {
            return (mode & TYPE) == LINK;
        }

        /**
         * Whether others than root and {@code owner} can put something else in the place of what lies in this folder.
         */
        boolean isOpen(int owner) {
            return (uid != ROOT && uid != owner) || ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0);
        }

        boolean isSharedByAll() {
            return (mode & WRITABLE_BY_OTHERS) != 0;
        }
    }
}
