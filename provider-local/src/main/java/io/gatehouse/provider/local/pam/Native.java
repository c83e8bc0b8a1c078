package io.gatehouse.provider.local.pam;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** How functions and memory of C are reached; everything in it that the JVM cannot check stands here. */
// The restricted methods are what the package is for; the program is started with --enable-native-access.
@SuppressWarnings("restricted")
final class Native {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final long POINTER = ValueLayout.ADDRESS.byteSize();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();

    private Native() {}

    /** The symbols of a library that stays loaded; empty when it cannot be loaded. */
    static Optional<SymbolLookup> library(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException notThere) {
            return Optional.empty();
        }
    }

    /** A function of libc that every system has. */
    static MethodHandle libc(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LIBC.findOrThrow(name), type);
    }

    /** A function of {@code library}; empty when it lacks it. */
    static Optional<MethodHandle> function(SymbolLookup library, String name, FunctionDescriptor type) {
        return library.find(name).map(address -> LINKER.downcallHandle(address, type));
    }

    /** A static method of {@code owner} as a function pointer that is valid for ever; the method must not throw. */
    static MemorySegment functionPointer(
            MethodHandles.Lookup owner, String method, MethodType javaType, FunctionDescriptor type) {
        try {
            MethodHandle handle = owner.findStatic(owner.lookupClass(), method, javaType);
            return LINKER.upcallStub(handle, type, Arena.global());
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** {@code size} bytes behind a pointer that C gave. */
    static MemorySegment at(MemorySegment pointer, long size) {
        return pointer.reinterpret(size);
    }

    /**
     * The text behind a pointer that C gave; empty for a null pointer, and when it is longer than {@code most} bytes.
     */
    static Optional<String> text(MemorySegment pointer, int most) {
        if (isNull(pointer)) {
            return Optional.empty();
        }
        MemorySegment bytes = pointer.reinterpret(most + 1L);
        for (int length = 0; length <= most; length++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, length) == 0) {
                return Optional.of(
                        new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    static boolean isNull(MemorySegment pointer) {
        return pointer.address() == 0;
    }

    /** What a call of a method handle throws, which C cannot cause. */
    static IllegalStateException broken(Throwable cause) {
        return new IllegalStateException("a native call failed", cause);
    }
}
