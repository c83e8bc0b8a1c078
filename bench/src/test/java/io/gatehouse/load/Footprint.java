package io.gatehouse.load;

import java.util.Locale;

/**
 * What a gateway's process takes, right after a full garbage collection.
 *
 * @param heap bytes in use
 * @param direct bytes of direct buffers
 * @param resident bytes of the process in memory
 * @param descriptors open files and sockets
 * @param threads platform threads
 */
record Footprint(long heap, long direct, long resident, long descriptors, long threads) {
    static final long MIB = 1024 * 1024;

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "heap %.1f MiB, direct %.1f MiB, resident %d MiB, %d descriptors, %d threads",
                (double) heap / MIB,
                (double) direct / MIB,
                resident / MIB,
                descriptors,
                threads);
    }
}
