package io.gatehouse.provider.local.pam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The system's accounts and groups, wherever {@code /etc/nsswitch.conf} takes them from: files, sssd, winbind. Calls
 * block as long as those do. Safe for use by many threads.
 */
final class Nss {
    /** {@code struct passwd} and {@code struct group} of Linux on 64-bit machines, by their offsets. */
    private static final long PASSWD_SIZE = 48;

    private static final long PASSWD_UID = 16;
    private static final long PASSWD_GID = 20;
    private static final long GROUP_SIZE = 32;

    /** {@code struct spwd}: two pointers and six numbers, of which the last is the day on which the account ends. */
    private static final long SHADOW_SIZE = 72;

    private static final long SHADOW_EXPIRE = 56;

    private static final int ERANGE = 34;
    /** Error numbers by which the calls say "no such name", beside 0 (getpwnam(3)): EPERM, ENOENT, ESRCH, EBADF. */
    private static final Set<Integer> NOT_FOUND = Set.of(0, 1, 2, 3, 9);

    private static final int FIRST_BUFFER = 4 * 1024;
    /** Bytes; a group comes with the names of all its members. */
    private static final int LARGEST_BUFFER = 4 * 1024 * 1024;

    private static final int FIRST_GROUPS = 64;
    private static final int MOST_GROUPS = 2000;
    private static final int LONGEST_NAME = 1024;

    private static final MethodHandle GETPWNAM =
            Native.libc("getpwnam_r", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle GETGRGID =
            Native.libc("getgrgid_r", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle GETSPNAM =
            Native.libc("getspnam_r", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle GETGROUPLIST =
            Native.libc("getgrouplist", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS));

    private Nss() {}

    /**
     * An account of the system.
     *
     * @param name its name as the system spells it
     * @param uid its user id
     * @param gid the id of its primary group
     */
    record Account(String name, long uid, int gid) {}

    /** The name service switch (NSS) could not be asked. */
    static final class NssException extends Exception {
        private static final long serialVersionUID = 1L;

        NssException(String message) {
            super(message);
        }
    }

    private interface Call {
        int with(MemorySegment struct, MemorySegment buffer, long size, MemorySegment result) throws Throwable;
    }

    private interface Reader<T> {
        Optional<T> read(MemorySegment struct);
    }

    /** The account called {@code name}. */
    static Optional<Account> account(String name) throws NssException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            return lookUp(
                    "getpwnam",
                    PASSWD_SIZE,
                    (struct, buffer, size, result) -> (int) GETPWNAM.invokeExact(text, struct, buffer, size, result),
                    struct -> Native.text(struct.get(ADDRESS, 0), LONGEST_NAME)
                            .map(found -> new Account(
                                    found,
                                    Integer.toUnsignedLong(struct.get(JAVA_INT, PASSWD_UID)),
                                    struct.get(JAVA_INT, PASSWD_GID))));
        }
    }

    /**
     * The first day, in days since 1970 (UTC), on which the account may not be used any more.
     *
     * @throws NssException also when this process may not read the shadow file
     */
    static OptionalLong expiry(String name) throws NssException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name);
            long day = lookUp(
                            "getspnam",
                            SHADOW_SIZE,
                            (struct, buffer, size, result) ->
                                    (int) GETSPNAM.invokeExact(text, struct, buffer, size, result),
                            struct -> Optional.of(struct.get(JAVA_LONG, SHADOW_EXPIRE)))
                    .orElse(-1L);
            return day < 0 ? OptionalLong.empty() : OptionalLong.of(day);
        }
    }

    /**
     * The names of the account's groups, primary and supplementary.
     *
     * @throws NssException also when there are too many: a group that is left out may be the one that restricts
     */
    static Set<String> groups(Account account) throws NssException {
        return groups(account, MOST_GROUPS);
    }

    static Set<String> groups(Account account, int most) throws NssException {
        Set<String> names = new LinkedHashSet<>();
        int[] ids = groupIds(account, Math.min(FIRST_GROUPS, most))
                .or(() -> groupIds(account, most))
                .orElseThrow(() -> new NssException(account.name() + " is in more than " + most + " groups"));
        for (int gid : ids) {
            groupName(gid).filter(name -> !name.isBlank()).ifPresent(names::add);
        }
        return names;
    }

    /** The ids of the account's groups; empty when they are more than {@code room}. */
    private static Optional<int[]> groupIds(Account account, int room) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ids = arena.allocate(JAVA_INT, room);
            MemorySegment count = arena.allocateFrom(JAVA_INT, room);
            MemorySegment name = arena.allocateFrom(account.name());
            int answer = (int) GETGROUPLIST.invokeExact(name, account.gid(), ids, count);
            int found = Math.clamp(count.get(JAVA_INT, 0), 0, room);
            return answer >= 0
                    ? Optional.of(ids.asSlice(0, (long) found * Integer.BYTES).toArray(JAVA_INT))
                    : Optional.empty();
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }

    private static Optional<String> groupName(int gid) throws NssException {
        return lookUp(
                "getgrgid",
                GROUP_SIZE,
                (struct, buffer, size, result) -> (int) GETGRGID.invokeExact(gid, struct, buffer, size, result),
                struct -> Native.text(struct.get(ADDRESS, 0), LONGEST_NAME));
    }

    /** Calls with larger and larger buffers until the entry fits. */
    private static <T> Optional<T> lookUp(String function, long structSize, Call call, Reader<T> reader)
            throws NssException {
        for (int size = FIRST_BUFFER; size <= LARGEST_BUFFER; size *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment struct = arena.allocate(structSize, Long.BYTES);
                MemorySegment buffer = arena.allocate(size, Long.BYTES);
                MemorySegment result = arena.allocate(ADDRESS);
                int error = call(call, struct, buffer, result);
                if (!Native.isNull(result.get(ADDRESS, 0))) {
                    return reader.read(struct);
                }
                if (NOT_FOUND.contains(error)) {
                    return Optional.empty();
                }
                if (error != ERANGE) {
                    throw new NssException(function + " failed with error " + error);
                }
            }
        }
        throw new NssException(function + " needs more than " + LARGEST_BUFFER + " bytes");
    }

    private static int call(Call call, MemorySegment struct, MemorySegment buffer, MemorySegment result) {
        try {
            return call.with(struct, buffer, buffer.byteSize(), result);
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }
}
