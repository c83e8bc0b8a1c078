package io.gatehouse.jetty.dns;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The system's resolver on a few threads of its own with a time limit: the system's call blocks its thread for as long
 * as a name server pleases, and nothing can end it. So each user has a share of the threads, which what they asked for
 * keeps until the system answers, also when nobody waits for it any more. Who has used up their share waits for it;
 * others do not.
 */
public final class NameResolver implements AutoCloseable {
    /** Lookups under way at once, all together. */
    static final int THREADS = 64;
    /** Lookups under way at once for one user. */
    static final int SHARE = 8;

    /** The system's name lookup, which blocks. */
    public interface Lookup {
        /** The addresses of {@code host}; blocks, and cannot be interrupted. */
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private static final class Share {
        private final Semaphore places = new Semaphore(SHARE, true);
        /** Those who wait for a place or have one. */
        private int users;
    }

    private final Lookup lookup;
    private final Duration timeout;
    private final MonotonicClock time;
    private final Semaphore places = new Semaphore(THREADS, true);
    private final ConcurrentHashMap<String, Share> shares = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(THREADS),
            Thread.ofPlatform().name("resolver-", 0).daemon().factory());

    /**
     * A resolver.
     *
     * @param timeout the longest time that a caller waits
     * @param lookup {@link AbsoluteNames} for names that clients ask for; the system's own call for names of the
     *     configuration, to which the system may append a domain
     */
    public NameResolver(Duration timeout, MonotonicClock time, Lookup lookup) {
        this.timeout = timeout;
        this.time = time;
        this.lookup = lookup;
        threads.allowCoreThreadTimeOut(true);
    }

    /** Resolves names in the share of {@code user}. */
    public Resolver shareOf(String user) {
        return host -> resolve(user, host, timeout);
    }

    /**
     * The addresses of {@code host}, looked up in the share of {@code user}.
     *
     * @param patience how long the caller waits; never longer than the time limit
     */
    public List<InetAddress> resolve(String user, String host, Duration patience) throws UnknownHostException {
        long deadline = time.nanos() + (patience.compareTo(timeout) < 0 ? patience : timeout).toNanos();
        Share share = enter(user);
        FutureTask<InetAddress[]> task = new FutureTask<>(() -> lookup.addresses(host));
        boolean started = false;
        try {
            started = start(user, share, task, deadline);
            if (!started) {
                throw new UnknownHostException(host + ": too many names are being resolved");
            }
            return List.of(task.get(deadline - time.nanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw failed(host, Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw new UnknownHostException(host + ": no answer from the resolver");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host + ": interrupted");
        } finally {
            task.cancel(true);
            if (!started) {
                leave(user);
            }
        }
    }

    /**
     * Takes a place of the share and one of all, and gives both back when the lookup ended, whoever still waits for it.
     */
    private boolean start(String user, Share share, FutureTask<InetAddress[]> task, long deadline)
            throws InterruptedException {
        if (!share.places.tryAcquire(deadline - time.nanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (!acquireAny(share, deadline)) {
            return false;
        }
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                places.release();
                share.places.release();
                leave(user);
            }
        });
        return true;
    }

    private boolean acquireAny(Share share, long deadline) throws InterruptedException {
        boolean acquired = false;
        try {
            acquired = places.tryAcquire(deadline - time.nanos(), TimeUnit.NANOSECONDS);
            return acquired;
        } finally {
            if (!acquired) {
                share.places.release();
            }
        }
    }

    private Share enter(String user) {
        return shares.compute(user, (_, known) -> {
            Share share = known == null ? new Share() : known;
            share.users++;
            return share;
        });
    }

    private void leave(String user) {
        shares.computeIfPresent(user, (_, share) -> --share.users > 0 ? share : null);
    }

    private static UnknownHostException failed(String host, Throwable cause) {
        String why = String.valueOf(cause.getMessage());
        return new UnknownHostException(why.startsWith(host + ": ") ? why : host + ": " + why);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
