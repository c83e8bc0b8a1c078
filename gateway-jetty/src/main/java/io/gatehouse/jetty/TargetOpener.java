package io.gatehouse.jetty;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Resolver;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds the first name of a CHANNEL_CREATE that the policy allows and that answers (MS-TSGU 3.1.1). Each name is checked by
 * itself, resolved once, and only the addresses that were checked are dialled. All names and addresses together get one deadline.
 *
 * <p>Works on a virtual thread each.
 */
final class TargetOpener {
    /** Told the result, once, on any thread. */
    interface Listener {
        void opened(Access.Allow allow, InetAddress address, TargetConnection connection);

        void failed(TargetFailure failure, String target, String why);
    }

    private final AccessPolicy policy;
    private final Resolver resolver;
    private final TargetDialler dialler;
    private final Executor executor;
    private final Duration timeout;

    TargetOpener(AccessPolicy policy, Resolver resolver, TargetDialler dialler, Executor executor, Duration timeout) {
        this.policy = policy;
        this.resolver = resolver;
        this.dialler = dialler;
        this.executor = executor;
        this.timeout = timeout;
    }

    /** Begins to open a target. */
    Attempt open(Identity identity, List<String> names, int port, Listener listener) {
        Attempt attempt = new Attempt(identity, names, port, listener, System.nanoTime() + timeout.toNanos());
        executor.execute(attempt::run);
        return attempt;
    }

    /** One attempt; cancelling it makes it close whatever it opens from then on. */
    final class Attempt {
        private final Identity identity;
        private final List<String> names;
        private final int port;
        private final Listener listener;
        private final long deadline;
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final List<String> failures = new ArrayList<>();
        private boolean allowed;

        private Attempt(Identity identity, List<String> names, int port, Listener listener, long deadline) {
            this.identity = identity;
            this.names = names;
            this.port = port;
            this.listener = listener;
            this.deadline = deadline;
        }

        void cancel() {
            cancelled.set(true);
        }

        private void run() {
            try {
                for (String name : names) {
                    if (!cancelled.get() && tryName(name)) {
                        return;
                    }
                }
                listener.failed(
                        allowed ? TargetFailure.UNREACHABLE : TargetFailure.DENIED,
                        asked(),
                        String.join("; ", failures));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                listener.failed(TargetFailure.BROKEN, asked(), "interrupted");
            } catch (RuntimeException e) {
                listener.failed(TargetFailure.BROKEN, asked(), String.valueOf(e));
            }
        }

        private boolean tryName(String name) throws InterruptedException {
            if (deadline - System.nanoTime() <= 0) {
                failures.add("no time left for " + name);
                return false;
            }
            return switch (policy.decide(identity, name, port, resolver)) {
                case Access.Deny(String why) -> {
                    failures.add(why);
                    yield false;
                }
                case Access.Unresolved(String why) -> {
                    allowed = true;
                    failures.add(why);
                    yield false;
                }
                case Access.Allow allow -> {
                    allowed = true;
                    yield tryAddresses(allow);
                }
            };
        }

        private boolean tryAddresses(Access.Allow allow) throws InterruptedException {
            List<InetAddress> addresses = allow.addresses();
            for (int i = 0; i < addresses.size() && !cancelled.get(); i++) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    failures.add("no time left for " + allow.target());
                    return false;
                }
                if (tryAddress(allow, addresses.get(i), left / (addresses.size() - i))) {
                    return true;
                }
            }
            return false;
        }

        private boolean tryAddress(Access.Allow allow, InetAddress address, long nanos) throws InterruptedException {
            CompletableFuture<TargetConnection> dialling =
                    dialler.dial(new InetSocketAddress(address, allow.target().port()));
            try {
                listener.opened(allow, address, dialling.get(nanos, TimeUnit.NANOSECONDS));
                return true;
            } catch (InterruptedException e) {
                if (!dialling.cancel(false) && !dialling.isCompletedExceptionally()) {
                    dialling.join().close();
                }
                throw e;
            } catch (ExecutionException e) {
                failures.add(allow.target() + " at " + address.getHostAddress() + ": " + e.getCause());
            } catch (TimeoutException e) {
                if (!dialling.cancel(false) && !dialling.isCompletedExceptionally()) {
                    listener.opened(allow, address, dialling.join());
                    return true;
                }
                failures.add(allow.target() + " at " + address.getHostAddress() + ": no answer");
            }
            return false;
        }

        private String asked() {
            return String.join(",", names) + ":" + port;
        }
    }
}
