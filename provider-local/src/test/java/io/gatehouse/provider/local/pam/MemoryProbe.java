package io.gatehouse.provider.local.pam;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Prints the answer of many equal sign-ins, and how many bytes of the C library each of them left behind on average.
 */
@SuppressWarnings("restricted") // mallinfo2 is a function of C
final class MemoryProbe {
    private static final int WARM_UP = 300;
    private static final int CALLS = 3000;

    /** {@code struct mallinfo2}: ten numbers, of which these count what is handed out. */
    private static final MemoryLayout MALLINFO2 = MemoryLayout.sequenceLayout(10, JAVA_LONG);

    private static final long HBLKHD = 4L * Long.BYTES;
    private static final long UORDBLKS = 7L * Long.BYTES;

    private MemoryProbe() {}

    public static void main(String[] arguments) throws Throwable {
        PamConfig config =
                new PamConfig(arguments[1], Optional.of(Path.of(arguments[0])), Duration.ofSeconds(30), 1, 1000, false);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                _ -> {},
                MonotonicClock.system(),
                InstantSource.system())) {
            run(verifier, arguments[2], WARM_UP);
            long before = inUse();
            PamAnswer answer = run(verifier, arguments[2], CALLS);
            System.out.println(answer);
            System.out.println((inUse() - before) / CALLS);
        }
    }

    private static PamAnswer run(PamVerifier verifier, String password, int calls) {
        PamAnswer answer = verify(verifier, password);
        for (int call = 1; call < calls; call++) {
            answer = verify(verifier, password);
        }
        return answer;
    }

    private static PamAnswer verify(PamVerifier verifier, String password) {
        return verifier.verify("alice", password.getBytes(StandardCharsets.UTF_8), InetAddress.getLoopbackAddress());
    }

    private static long inUse() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle mallinfo = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("mallinfo2"),
                FunctionDescriptor.of(MemoryLayout.structLayout(MALLINFO2)));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = (MemorySegment) mallinfo.invokeExact((SegmentAllocator) arena);
            return usage.get(JAVA_LONG, UORDBLKS) + usage.get(JAVA_LONG, HBLKHD);
        }
    }
}
