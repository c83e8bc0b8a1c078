package io.gatehouse.dist;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets a command that root runs change a file of the gateway's user as that user would (setfsuid(2)): what it writes
 * belongs to the gateway's user, and a link that this user puts in its way leads it nowhere where the user could not
 * go. Only the thread that acts is changed, and only while it acts.
 *
 * @param uid whose files the thread may use; 0 to stay as it is
 * @param gid of which group
 */
// The restricted methods are what it is for; the program is started with --enable-native-access.
@SuppressWarnings("restricted")
record ActingOwner(int uid, int gid) {
    private static final int ROOT = 0;
    private static final int NO_ID = -1;
    private static final ActingOwner SELF = new ActingOwner(ROOT, ROOT);

    private static final class Libc {
        static final MethodHandle SETFSUID = function("setfsuid");
        static final MethodHandle SETFSGID = function("setfsgid");

        private Libc() {}

        private static MethodHandle function(String name) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        }
    }

    /** What a command does. */
    @FunctionalInterface
    interface Act {
        void run() throws CommandException, IOException, ProviderException;
    }

    /**
     * The user to whom {@code file} belongs, or its folder if the file is root's or not there yet.
     *
     * @throws CommandException when root would make a file that the gateway's user could not use
     */
    static ActingOwner of(Path file) throws CommandException, IOException {
        if (id(Path.of("/proc/self"), "uid") != ROOT) {
            return SELF;
        }
        if (Files.exists(file) && id(file, "uid") != ROOT) {
            return new ActingOwner(id(file, "uid"), id(file, "gid"));
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandException.failed(folder + " does not exist (start the gateway first, which makes it)");
        }
        if (Files.notExists(file) && id(folder, "uid") == ROOT && id(folder, "gid") != ROOT) {
            throw CommandException.failed(
                    file + " does not exist, and root's could not be used by the gateway (start the "
                            + "gateway first, or run the command as its user, with sudo -u)");
        }
        return new ActingOwner(id(folder, "uid"), id(folder, "gid"));
    }

    private static int id(Path file, String name) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:" + name);
    }

    /** Does it as this user. */
    void act(Act act) throws CommandException, IOException, ProviderException {
        if (uid == ROOT) {
            act.run();
            return;
        }
        int group = set(Libc.SETFSGID, gid);
        int user = set(Libc.SETFSUID, uid);
        try {
            if (set(Libc.SETFSUID, NO_ID) != uid || set(Libc.SETFSGID, NO_ID) != gid) {
                throw CommandException.failed(
                        "cannot act as uid " + uid + " (run the command as that user, with sudo -u)");
            }
            act.run();
        } finally {
            set(Libc.SETFSUID, user);
            set(Libc.SETFSGID, group);
        }
    }

    /** Returns what was before; tells nothing of a failure. */
    private static int set(MethodHandle function, int id) {
        try {
            return (int) function.invokeExact(id);
        } catch (Throwable e) {
            throw new IllegalStateException("setfsuid(2) cannot be called", e);
        }
    }
}
