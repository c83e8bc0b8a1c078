package io.gatehouse.jetty;

import io.gatehouse.core.policy.Resolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The system's resolver on a few threads of its own with a time limit: the system's call blocks its thread for as long as a name
 * server pleases.
 */
final class NameResolver implements Resolver, AutoCloseable {
    private static final int THREADS = 16;
    private static final int WAITING = 256;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("resolver-", 0).daemon().factory());
    private final Duration timeout;

    NameResolver(Duration timeout) {
        this.timeout = timeout;
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        Future<InetAddress[]> answer;
        try {
            answer = threads.submit(() -> InetAddress.getAllByName(host));
        } catch (RejectedExecutionException e) {
            throw new UnknownHostException(host + ": too many names are being resolved");
        }
        try {
            return List.of(answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            throw new UnknownHostException(host + ": " + String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new UnknownHostException(host + ": no answer from the resolver");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host + ": interrupted");
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
