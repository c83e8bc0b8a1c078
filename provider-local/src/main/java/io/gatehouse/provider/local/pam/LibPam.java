package io.gatehouse.provider.local.pam;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The functions of libpam that a sign-in needs (security/pam_appl.h). Safe for use by many threads, as they are. */
final class LibPam {
    static final int ITEM_USER = 2;
    static final int ITEM_TTY = 3;
    static final int ITEM_RHOST = 4;
    static final int ITEM_FAIL_DELAY = 10;

    /** Modules are to say nothing, and to refuse accounts without a password. */
    static final int FLAGS = 0x8000 | 0x1;

    private static final String LIBRARY = "libpam.so.0";

    private final MethodHandle start;
    private final Optional<MethodHandle> startConfdir;
    private final MethodHandle setItem;
    private final MethodHandle getItem;
    private final MethodHandle authenticate;
    private final MethodHandle account;
    private final MethodHandle end;

    private LibPam(SymbolLookup library) {
        FunctionDescriptor withFlags = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
        FunctionDescriptor withItem = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
        start = need(library, "pam_start", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        startConfdir = Native.function(
                library,
                "pam_start_confdir",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        setItem = need(library, "pam_set_item", withItem);
        getItem = need(library, "pam_get_item", withItem);
        authenticate = need(library, "pam_authenticate", withFlags);
        account = need(library, "pam_acct_mgmt", withFlags);
        end = need(library, "pam_end", withFlags);
    }

    private static MethodHandle need(SymbolLookup library, String name, FunctionDescriptor type) {
        return Native.function(library, name, type)
                .orElseThrow(() -> new IllegalStateException("libpam lacks " + name));
    }

    /** The system's libpam; empty when there is none. */
    static Optional<LibPam> load() {
        return Native.library(LIBRARY).map(LibPam::new);
    }

    /** Whether services can be read from a folder of the configuration's choice (Linux-PAM 1.4 and newer). */
    boolean hasDirectories() {
        return startConfdir.isPresent();
    }

    /** {@code pam_start}, or {@code pam_start_confdir}; the new handle is stored at {@code handle}. */
    int start(
            MemorySegment service,
            MemorySegment user,
            MemorySegment conversation,
            Optional<MemorySegment> directory,
            MemorySegment handle) {
        try {
            return directory.isPresent()
                    ? (int) startConfdir.orElseThrow().invokeExact(service, user, conversation, directory.get(), handle)
                    : (int) start.invokeExact(service, user, conversation, handle);
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }

    int setItem(MemorySegment handle, int item, MemorySegment value) {
        try {
            return (int) setItem.invokeExact(handle, item, value);
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }

    /** A text item; empty when it is not set, or longer than {@code most} bytes. */
    Optional<String> item(MemorySegment handle, int item, int most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment place = arena.allocate(ADDRESS);
            int code = (int) getItem.invokeExact(handle, item, place);
            return code == PamCode.SUCCESS.number() ? Native.text(place.get(ADDRESS, 0), most) : Optional.empty();
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }

    int authenticate(MemorySegment handle) {
        return withFlags(authenticate, handle, FLAGS);
    }

    int account(MemorySegment handle) {
        return withFlags(account, handle, FLAGS);
    }

    /** {@code pam_end}: the handle must not be used any more. */
    void end(MemorySegment handle, int status) {
        withFlags(end, handle, status);
    }

    private static int withFlags(MethodHandle function, MemorySegment handle, int number) {
        try {
            return (int) function.invokeExact(handle, number);
        } catch (Throwable e) {
            throw Native.broken(e);
        }
    }

    /** The types of C that upcalls have. */
    static final FunctionDescriptor CONVERSE = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    static final FunctionDescriptor FAIL_DELAY = FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, ADDRESS);
    static final FunctionDescriptor CALLOC = FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(ADDRESS);
}
