package io.gatehouse.api;

import java.net.InetSocketAddress;
import java.util.List;

/** Finds servers by DNS SRV records (RFC 2782). Safe for use by many threads. */
@FunctionalInterface
public interface ServiceLocator {
    /** Knows nothing. */
    ServiceLocator NONE = _ -> List.of();

    /**
     * The servers of a service, best first, as unresolved host names with ports; blocks for a bounded time.
     *
     * @param name the full name, for example {@code _kerberos._tcp.ad.example.com}
     * @return empty when there are none, or DNS does not answer
     */
    List<InetSocketAddress> locate(String name);
}
