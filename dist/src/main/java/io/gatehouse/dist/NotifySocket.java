package io.gatehouse.dist;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagram socket of systemd (sd_notify(3)). Java has Unix sockets for streams only, the program
 * {@code systemd-notify} is a process of its own whose messages systemd may not take, and libsystemd is not everywhere:
 * so three functions of libc are called.
 */
// The restricted methods are what it is for; the program is started with --enable-native-access.
@SuppressWarnings("restricted")
final class NotifySocket {
    private static final Logger LOG = LoggerFactory.getLogger(NotifySocket.class);

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Bytes of {@code sun_path}. */
    private static final int LONGEST = 108;

    private static final class Libc {
        static final MethodHandle SOCKET =
                function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle SENDTO = function(
                "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private Libc() {}

        private static MethodHandle function(String name, FunctionDescriptor type) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
        }
    }

    private final byte[] path;

    private NotifySocket(byte[] path) {
        this.path = path;
    }

    /** The socket with this name, a path or {@code @NAME}; empty when it cannot be one. */
    static Optional<NotifySocket> at(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length < 2 || path.length >= LONGEST || (path[0] != '/' && path[0] != '@')) {
            LOG.atWarn().addKeyValue("NOTIFY_SOCKET", name).log("systemd cannot be told of the state: no such socket");
            return Optional.empty();
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        return Optional.of(new NotifySocket(path));
    }

    /** Sends it; a failure is logged. */
    void send(String state) {
        byte[] message = state.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(
                    MemoryLayout.structLayout(JAVA_SHORT, MemoryLayout.sequenceLayout(LONGEST, JAVA_BYTE)));
            address.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, Short.BYTES, path.length);
            // A path ends with a zero byte; an abstract name has exactly its length.
            int length = Short.BYTES + path.length + (path[0] == 0 ? 0 : 1);
            int descriptor = (int) Libc.SOCKET.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            long sent = (long) Libc.SENDTO.invokeExact(
                    descriptor,
                    arena.allocateFrom(JAVA_BYTE, message),
                    (long) message.length,
                    MSG_NOSIGNAL,
                    address,
                    length);
            int closed = (int) Libc.CLOSE.invokeExact(descriptor);
            if (sent != message.length || closed != 0) {
                LOG.atWarn().addKeyValue("state", state).log("systemd was not told of the state");
            }
        } catch (Throwable e) {
            LOG.atWarn().addKeyValue("state", state).setCause(e).log("systemd was not told of the state");
        }
    }
}
