package io.gatehouse.jetty.edge;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * How many connections fit into the limit of open files of this process. When it is reached, nothing can be opened any
 * more: neither connections to targets and directories nor files; so the gateway takes fewer connections instead.
 *
 * @param files files and sockets that the process may have open
 */
public record OpenFileLimit(long files) {
    /** The client's and the target's; a dual channel has three for two connections. */
    private static final int FILES_PER_CONNECTION = 2;
    /** For libraries, logs, listeners, directories, and connections that are refused. */
    private static final int RESERVE = 256;

    /** That of this process. */
    public static OpenFileLimit current() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? new OpenFileLimit(system.getMaxFileDescriptorCount())
                : new OpenFileLimit(Long.MAX_VALUE);
    }

    /** The number of connections that fit, at most {@code configured}. */
    public int connections(int configured) {
        long reserve = Math.min(RESERVE, files / 2);
        return Math.clamp((files - reserve) / FILES_PER_CONNECTION, 1, configured);
    }

    /** Files and sockets that {@code connections} connections need. */
    static long needed(int connections) {
        return (long) FILES_PER_CONNECTION * connections + RESERVE;
    }

    /** What to tell the administrator when {@code configured} connections do not fit. */
    public Optional<String> warning(int configured) {
        int fitting = connections(configured);
        return fitting == configured
                ? Optional.empty()
                : Optional.of(
                        "limits.connections is %d, which needs %d open files, but this process may open %d (ulimit -n, LimitNOFILE of systemd): the gateway takes %d connections"
                                .formatted(configured, needed(configured), files, fitting));
    }
}
