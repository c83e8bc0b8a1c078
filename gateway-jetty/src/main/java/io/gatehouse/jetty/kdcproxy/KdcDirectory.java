package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.core.kdcproxy.KdcService;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows the KDCs of a domain: those that the configuration names, or else those that DNS names. What DNS said is used
 * for a minute, and after that until DNS has answered anew, so that nobody waits for a slow name server but the first.
 * Safe for use by many threads.
 */
final class KdcDirectory {
    private static final long FRESH_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long NOTHING_FOUND_NANOS = Duration.ofSeconds(5).toNanos();

    private final ServiceLocator locator;
    private final ExecutorService executor;
    private final LongSupplier ticker;
    /** As many as there are domains in the configuration, and services. */
    private final Map<String, Records> records = new ConcurrentHashMap<>();

    /**
     * A directory.
     *
     * @param executor of virtual threads, where DNS is asked
     * @param ticker nanoseconds, by a monotonic clock
     */
    KdcDirectory(ServiceLocator locator, ExecutorService executor, LongSupplier ticker) {
        this.locator = locator;
        this.executor = executor;
        this.ticker = ticker;
    }

    /** The servers of {@code service}, best first, unresolved; waits for DNS no longer than {@code patience}. */
    List<InetSocketAddress> servers(Domain domain, KdcService service, Duration patience) {
        if (!domain.kdcs().isEmpty()) {
            return switch (service) {
                case KERBEROS -> domain.kdcs();
                case KPASSWD ->
                    domain.kdcs().stream()
                            .map(kdc -> InetSocketAddress.createUnresolved(kdc.getHostString(), service.port()))
                            .distinct()
                            .toList();
            };
        }
        return domain.dnsName()
                .map(name -> records.computeIfAbsent("_" + service.label() + ".%s." + name, Records::new))
                .map(found -> found.get(patience))
                .orElse(List.of());
    }

    /** What DNS said about one service of one domain. */
    private final class Records {
        private final String pattern;
        private List<InetSocketAddress> servers = List.of();
        private long freshUntil = ticker.getAsLong();
        private @Nullable Future<List<InetSocketAddress>> lookup;

        /** The records of a name that has {@code %s} in the place of the protocol. */
        Records(String pattern) {
            this.pattern = pattern;
        }

        List<InetSocketAddress> get(Duration patience) {
            Future<List<InetSocketAddress>> pending;
            synchronized (this) {
                if (lookup == null && ticker.getAsLong() - freshUntil >= 0) {
                    lookup = executor.submit(this::look);
                }
                if (lookup == null || !servers.isEmpty()) {
                    return servers;
                }
                pending = lookup;
            }
            return await(pending, patience);
        }

        private List<InetSocketAddress> look() {
            List<InetSocketAddress> found = List.of();
            try {
                found = locator.locate(pattern.formatted("_tcp"));
                if (found.isEmpty()) {
                    found = locator.locate(pattern.formatted("_udp"));
                }
                return found;
            } finally {
                keep(found);
            }
        }

        private synchronized void keep(List<InetSocketAddress> found) {
            lookup = null;
            freshUntil = ticker.getAsLong() + (found.isEmpty() ? NOTHING_FOUND_NANOS : FRESH_NANOS);
            if (!found.isEmpty()) {
                servers = found;
            }
        }

        private static List<InetSocketAddress> await(Future<List<InetSocketAddress>> pending, Duration patience) {
            try {
                return pending.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return List.of();
            } catch (ExecutionException | TimeoutException e) {
                return List.of();
            }
        }
    }
}
