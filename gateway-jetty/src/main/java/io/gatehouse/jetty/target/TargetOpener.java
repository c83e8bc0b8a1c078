package io.gatehouse.jetty.target;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.jetty.dns.NameResolver;
import io.gatehouse.jetty.wake.WakeAnswer;
import io.gatehouse.jetty.wake.WakingMachine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first name of a CHANNEL_CREATE that the policy allows and that answers (MS-TSGU 3.1.1). Each name is
 * checked by itself, resolved once, and only the addresses that were checked are dialled. All names and addresses
 * together get one deadline.
 *
 * <p>A machine that does not answer is woken, if the rule lets the user do that, and dialled when it answers. Clients
 * do not wait for an answer to CHANNEL_CREATE for ever (MS-TSGU 4.2.1: 30 seconds): those that are told that the target
 * is not reached by then find it awake when they come again.
 *
 * <p>Works on a virtual thread each.
 */
public final class TargetOpener {
    /** How long a machine that can be woken may take to answer before its waker asks it once more, and wakes it. */
    private static final Duration BEFORE_WAKING = Duration.ofSeconds(1);
    /** How long after CHANNEL_CREATE an answer still finds the client; dialling comes after it. */
    private static final Duration WAITED_BY_CLIENTS = Duration.ofSeconds(24);

    private static final Duration DIALLING_AFTERWARDS = Duration.ofSeconds(4);

    /** Receives the result of opening a target, once, on any thread. */
    public interface Listener {
        /** Why the user may not have a channel by the rule that allows it, for the audit log; empty when they may. */
        default Optional<String> refusal(Access.Allow allow) {
            return Optional.empty();
        }

        /** Wakes the machine of a target that does not answer; empty when it is none that can be woken. */
        default Optional<Supplier<WakeAnswer>> waking(Access.Allow allow) {
            return Optional.empty();
        }

        /** Whether somebody must approve first what a rule allows. */
        default boolean needsApproval(Access.Allow allow) {
            return false;
        }

        /** Somebody must approve it first: nothing was dialled. The result of an opener whose listener asks for that. */
        default void approvalNeeded(Access.Allow allow) {}

        void opened(Access.Allow allow, InetAddress address, TargetConnection connection);

        void failed(TargetFailure failure, String target, String why);
    }

    private final Supplier<AccessPolicy> policy;
    private final NameResolver resolver;
    private final TargetDialler dialler;
    private final ExecutorService executor;
    private final Duration timeout;
    private final MonotonicClock time;
    /** Names that were not reached, by user. */
    private final KeyedRateLimit<String> failures;

    public TargetOpener(
            Supplier<AccessPolicy> policy,
            NameResolver resolver,
            TargetDialler dialler,
            ExecutorService executor,
            Duration timeout,
            MonotonicClock time,
            KeyedRateLimit<String> failures) {
        this.policy = policy;
        this.resolver = resolver;
        this.dialler = dialler;
        this.executor = executor;
        this.timeout = timeout;
        this.time = time;
        this.failures = failures;
    }

    /** Begins to open a target. */
    public Attempt open(Requester requester, List<String> names, int port, Listener listener) {
        Attempt attempt = new Attempt(requester, names, port, listener);
        attempt.running = executor.submit(attempt::run);
        return attempt;
    }

    /** One attempt; cancelling it makes it close whatever it opens from then on. */
    public final class Attempt {
        private final Requester requester;
        private final String user;
        private final List<String> names;
        private final int port;
        private final Listener listener;
        private final long deadline = time.in(timeout);
        private final long goodbye = time.in(WAITED_BY_CLIENTS);
        private final CountDownLatch cancelled = new CountDownLatch(1);
        private volatile @Nullable Future<?> running;
        /** What went wrong with names that the rules allow; these come first in the audit line. */
        private final List<String> unreached = new ArrayList<>();

        private final List<String> denied = new ArrayList<>();
        /** Whether the addresses of a name decided about it. */
        private boolean lookedUp;
        /** The first name that the rules allow. */
        private @Nullable String allowed;
        /** Whether the listener has its result. */
        private boolean told;

        private Attempt(Requester requester, List<String> names, int port, Listener listener) {
            this.requester = requester;
            this.user = AccountNames.key(requester.identity());
            this.names = names;
            this.port = port;
            this.listener = listener;
        }

        /** Ends it, lookups and dialling too. */
        public void cancel() {
            cancelled.countDown();
            Future<?> task = running;
            if (task != null) {
                task.cancel(true);
            }
        }

        private void run() {
            try {
                for (String name : names) {
                    if (failures.isSpent(user)) {
                        tellFailed(TargetFailure.TOO_MANY, "the user has too many failed channels");
                        return;
                    }
                    if (isCancelled() || tryCounted(name)) {
                        return;
                    }
                }
                if (failures.isHalfSpent(user)) {
                    awaitDeadline();
                }
                List<String> why = new ArrayList<>(unreached);
                why.addAll(denied);
                tellFailed(failure(), String.join("; ", why));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                tellFailed(TargetFailure.BROKEN, "interrupted");
            } catch (RuntimeException e) {
                tellFailed(TargetFailure.BROKEN, String.valueOf(e));
            }
        }

        private void tellOpened(Access.Allow allow, InetAddress address, TargetConnection connection) {
            told = true;
            listener.opened(allow, address, connection);
        }

        /**
         * Unless it was opened: what goes wrong afterwards is no failure of the target, whose connection tells its end.
         */
        private void tellFailed(TargetFailure failure, String why) {
            if (!told) {
                told = true;
                listener.failed(failure, shown(), why);
            }
        }

        private TargetFailure failure() {
            if (allowed != null) {
                return TargetFailure.UNREACHABLE;
            }
            return lookedUp ? TargetFailure.DENIED_BY_ADDRESS : TargetFailure.DENIED;
        }

        /** Whoever tries many targets learns nothing from the time that a failure takes. */
        private void awaitDeadline() throws InterruptedException {
            long left = deadline - time.nanos();
            var _ = cancelled.await(left, TimeUnit.NANOSECONDS);
        }

        private boolean isCancelled() {
            return cancelled.getCount() == 0;
        }

        /**
         * What is not reached counts as failed, also when the client gave up waiting for it; what has to be approved
         * first does not.
         */
        private boolean tryCounted(String name) throws InterruptedException {
            boolean opened = false;
            try {
                opened = tryName(name);
                return opened;
            } finally {
                if (!opened) {
                    failures.count(user);
                }
            }
        }

        private boolean tryName(String name) throws InterruptedException {
            long left = deadline - time.nanos();
            if (left <= 0) {
                denied.add("no time left for " + name);
                return false;
            }
            Resolver inShare = host -> resolver.resolve(user, host, Duration.ofNanos(left));
            return switch (policy.get().decide(requester, name, port, inShare)) {
                case Access.Deny deny -> {
                    denied.add(deny.why());
                    lookedUp |= deny.lookedUp();
                    yield false;
                }
                case Access.Unresolved(String why) -> {
                    allow(name + ":" + port);
                    unreached.add(why);
                    yield false;
                }
                case Access.Allow allow -> {
                    allow(allow.target().toString());
                    if (listener.needsApproval(allow)) {
                        told = true;
                        listener.approvalNeeded(allow);
                        yield true;
                    }
                    Optional<String> refusal = listener.refusal(allow);
                    refusal.ifPresent(why -> listener.failed(TargetFailure.TOO_MANY, shown(), why));
                    yield refusal.isPresent() || tryMachine(allow);
                }
            };
        }

        private void allow(String target) {
            if (allowed == null) {
                allowed = target;
            }
        }

        private boolean tryMachine(Access.Allow allow) throws InterruptedException {
            Optional<Supplier<WakeAnswer>> waking = listener.waking(allow);
            if (waking.isEmpty()) {
                return tryAddresses(allow, deadline);
            }
            int before = unreached.size();
            if (tryAddresses(allow, Math.min(deadline, time.in(BEFORE_WAKING)))) {
                return true;
            }
            if (isCancelled()) {
                return false;
            }
            unreached.subList(before, unreached.size()).clear();
            return switch (waking.get().get()) {
                case WakeAnswer.Begun(WakingMachine machine) -> {
                    if (machine.awaitAnswer(goodbye - time.nanos())) {
                        yield tryAddresses(allow, time.in(DIALLING_AFTERWARDS));
                    }
                    yield tryUnwoken(allow, allow.target() + ": " + machine.why());
                }
                case WakeAnswer.Refused(String why) -> tryUnwoken(allow, "not woken: " + why);
            };
        }

        /** It may be awake and slow: then it has the time of any other target. */
        private boolean tryUnwoken(Access.Allow allow, String why) throws InterruptedException {
            long end = Math.min(deadline, goodbye);
            if (!time.hasReached(end) && tryAddresses(allow, end)) {
                return true;
            }
            unreached.add(why);
            return false;
        }

        private boolean tryAddresses(Access.Allow allow, long end) throws InterruptedException {
            List<InetAddress> addresses = allow.addresses();
            for (int i = 0; i < addresses.size() && !isCancelled(); i++) {
                long left = end - time.nanos();
                if (left <= 0) {
                    unreached.add("no time left for " + allow.target());
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
                tellOpened(allow, address, dialling.get(nanos, TimeUnit.NANOSECONDS));
                return true;
            } catch (InterruptedException e) {
                if (!dialling.cancel(false) && !dialling.isCompletedExceptionally()) {
                    dialling.join().close();
                }
                throw e;
            } catch (ExecutionException e) {
                unreached.add(allow.target() + " at " + address.getHostAddress() + ": " + e.getCause());
            } catch (TimeoutException e) {
                if (!dialling.cancel(false) && !dialling.isCompletedExceptionally()) {
                    tellOpened(allow, address, dialling.join());
                    return true;
                }
                unreached.add(allow.target() + " at " + address.getHostAddress() + ": no answer");
            }
            return false;
        }

        /** The name that was dialled, or would have been, before all others that the client asked for. */
        private String shown() {
            String dialled = allowed;
            return dialled == null ? names.getFirst() + ":" + port : dialled;
        }
    }
}
