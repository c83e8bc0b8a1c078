package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the addresses of a host within a bounded time, which the Java runtime does not do by itself. */
final class HostAddresses {
    private HostAddresses() {}

    /** The addresses of {@code host} in the system's order, at least one. */
    static List<InetAddress> of(String host, Deadline deadline) throws UnknownHostException {
        try {
            return List.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException notLiteral) {
            return lookUp(host, deadline);
        }
    }

    private static List<InetAddress> lookUp(String host, Deadline deadline) throws UnknownHostException {
        CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
        // Not a virtual thread: the system's resolver would keep its carrier for as long as it takes.
        Thread.ofPlatform().daemon().name("look up " + host).start(() -> {
            try {
                answer.complete(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new UnknownHostException("no address in time");
        } catch (ExecutionException e) {
            throw new UnknownHostException("no such host");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("interrupted");
        }
    }
}
