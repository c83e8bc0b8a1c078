package io.gatehouse.formats.file;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Who a file that is written belongs to, and who may touch it.
 *
 * @param mode permissions as in {@code stat(2)}
 * @param uid its owner; that of the process if absent
 * @param gid its group; that of the process if absent
 */
public record FileOwnership(int mode, OptionalInt uid, OptionalInt gid) {
    /** For the user of the process only. */
    public static final FileOwnership PRIVATE = new FileOwnership(0600, OptionalInt.empty(), OptionalInt.empty());

    /** All users may read it. */
    public static final FileOwnership PUBLIC = new FileOwnership(0644, OptionalInt.empty(), OptionalInt.empty());

    private static final int ROOT = 0;
    private static final int OTHERS = 0007;
    private static final int GROUP_MAY_ENTER = 0050;
    private static final int FOR_THE_GROUP = 0640;

    /**
     * For a file with secrets that takes the place of {@code file}: as that one, so that a service that could read it
     * still can, but never open to others, and written by its owner only. For one that was open to others, or is not
     * there yet, in a folder of root's which a group may enter and others may not, such as {@code /etc/gatehouse}: for
     * that group, too, which is the service's.
     *
     * @throws ProviderException when the file belongs to another user than root and the one of this process, or root
     *     would make it in the folder of another user: the user could put a link in the way, and could not read what
     *     root writes
     */
    public static FileOwnership ofSecret(Path file) throws ProviderException {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return ofNew(file);
            }
            Facts facts = Facts.of(file);
            FileFacts.requireOwn(file, facts.uid());
            OptionalInt owner = OptionalInt.of(facts.uid());
            OptionalInt group = OptionalInt.of(facts.gid());
            if ((facts.mode() & OTHERS) == 0) {
                return new FileOwnership(facts.mode() & FOR_THE_GROUP, owner, group);
            }
            FileOwnership closed = ofNew(file);
            return new FileOwnership(closed.mode(), owner, closed.gid().isPresent() ? closed.gid() : group);
        } catch (IOException e) {
            throw new ProviderException(file + " cannot be examined: " + e, e);
        }
    }

    private static FileOwnership ofNew(Path file) throws ProviderException, IOException {
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && Files.notExists(folder)) {
            folder = folder.getParent();
        }
        return folder == null || FileFacts.ownUid() != ROOT ? PRIVATE : madeByRoot(folder, Facts.of(folder));
    }

    private static FileOwnership madeByRoot(Path folder, Facts facts) throws ProviderException {
        FileFacts.requireOwn(folder, facts.uid());
        boolean forService = facts.gid() != ROOT
                && (facts.mode() & OTHERS) == 0
                && (facts.mode() & GROUP_MAY_ENTER) == GROUP_MAY_ENTER;
        return forService
                ? new FileOwnership(FOR_THE_GROUP, OptionalInt.empty(), OptionalInt.of(facts.gid()))
                : PRIVATE;
    }

    private record Facts(int mode, int uid, int gid) {
        static Facts of(Path file) throws IOException {
            Map<String, Object> facts = Files.readAttributes(file, "unix:mode,uid,gid");
            if (facts.get("mode") instanceof Integer mode
                    && facts.get("uid") instanceof Integer uid
                    && facts.get("gid") instanceof Integer gid) {
                return new Facts(mode, uid, gid);
            }
            throw new IOException(file + ": no mode");
        }
    }

    /** Gives {@code file}, which only this process knows, to whom it belongs. */
    void applyTo(Path file) throws IOException {
        if (gid.isPresent() && !Files.getAttribute(file, "unix:gid").equals(gid.getAsInt())) {
            Files.setAttribute(file, "unix:gid", gid.getAsInt());
        }
        if (uid.isPresent() && !Files.getAttribute(file, "unix:uid").equals(uid.getAsInt())) {
            Files.setAttribute(file, "unix:uid", uid.getAsInt());
        }
        Files.setAttribute(file, "unix:mode", mode);
    }
}
