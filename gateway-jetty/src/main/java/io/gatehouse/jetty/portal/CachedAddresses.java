package io.gatehouse.jetty.portal;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.portal.Desktops;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of the host names in a list of desktops, looked up side by side and cached for a minute, so that a page of
 * many desktops waits for name servers once and for a short time only. A name without an answer by then is not shown;
 * a connection is decided about by an answer of its own. Safe for use by many threads.
 */
final class CachedAddresses implements Desktops.Addresses {
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST = 4096;
    /** No more than the share that lists have of the resolver. */
    private static final int AT_ONCE = 8;

    private final Resolver resolver;
    private final Executor executor;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final AsyncCache<String, Optional<List<InetAddress>>> known;

    CachedAddresses(Resolver resolver, Executor executor) {
        this.resolver = resolver;
        this.executor = executor;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(LIFE)
                .executor(executor)
                .buildAsync();
    }

    @Override
    public Resolver of(Set<String> names) {
        CompletableFuture<?> all = CompletableFuture.allOf(names.stream()
                .map(name ->
                        known.get(name, (asked, _) -> CompletableFuture.supplyAsync(() -> lookUp(asked), executor)))
                .toArray(CompletableFuture<?>[]::new));
        try {
            all.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // what is known by now is shown
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return this::answered;
    }

    private List<InetAddress> answered(String name) throws UnknownHostException {
        @Nullable CompletableFuture<Optional<List<InetAddress>>> asked = known.getIfPresent(name);
        if (asked == null || asked.state() != CompletableFuture.State.SUCCESS) {
            throw new UnknownHostException(name + ": no answer yet");
        }
        return asked.resultNow().orElseThrow(() -> new UnknownHostException(name));
    }

    private Optional<List<InetAddress>> lookUp(String name) {
        places.acquireUninterruptibly();
        try {
            return Optional.of(resolver.resolve(name));
        } catch (UnknownHostException _) {
            return Optional.empty();
        } finally {
            places.release();
        }
    }
}
