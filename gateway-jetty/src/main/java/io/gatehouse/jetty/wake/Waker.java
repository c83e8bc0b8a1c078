package io.gatehouse.jetty.wake;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.wake.Wakeable;
import io.gatehouse.core.wake.WakeableDesktops;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes the machines of desktops for users whom a rule lets do so. A machine is woken once at a time, whoever asks, and
 * both machines and users may be woken, or wake, so often only: nobody gets more packets out of the gateway by asking
 * more. Safe for use by many threads.
 */
public final class Waker {
    private static final Logger LOG = LoggerFactory.getLogger(Waker.class);
    /** Why nothing is woken any more, for the audit log. */
    static final String STOPS = "the gateway stops";

    private static final int MOST_AT_ONE_TIME = 256;
    private static final int MOST_OF_A_USER_AT_ONE_TIME = 24;
    private static final int WAKES_OF_A_USER_A_MINUTE = 6;
    private static final int WAKES_OF_A_USER_AT_ONCE = 12;
    private static final int WAKES_OF_A_MACHINE_A_MINUTE = 2;
    private static final int WAKES_OF_A_MACHINE_AT_ONCE = 4;

    private final Executor executor;
    private final AuditLog audit;
    private final WakingMachine.Services services;
    private final KeyedRateLimit<String> users;
    private final KeyedRateLimit<String> machines;
    private final MachineStates states;
    private volatile WakeableDesktops desktops;

    private final Object lock = new Object();
    /** Those that are being woken, or whose command still runs; guarded by the lock. */
    private final Map<Target, WakingMachine> awaking = new HashMap<>();
    /** Guarded by the lock. */
    private boolean closed;

    /**
     * A waker.
     *
     * @param wakeables the desktops whose machines can be woken
     * @param executor of virtual threads
     */
    public Waker(
            List<Wakeable> wakeables, MonotonicClock time, Executor executor, Scheduler scheduler, AuditLog audit) {
        this.desktops = new WakeableDesktops(wakeables);
        this.executor = executor;
        this.audit = audit;
        this.services = new WakingMachine.Services(time, executor, scheduler, new WakeProgram(time));
        this.users = new KeyedRateLimit<>(time, WAKES_OF_A_USER_A_MINUTE, WAKES_OF_A_USER_AT_ONCE);
        this.machines = new KeyedRateLimit<>(time, WAKES_OF_A_MACHINE_A_MINUTE, WAKES_OF_A_MACHINE_AT_ONCE);
        this.states = new MachineStates(time, executor);
    }

    /** Knows other desktops from now on. What is being woken goes on. */
    public void replace(List<Wakeable> others) {
        desktops = new WakeableDesktops(others);
    }

    /** How many machines are being woken. */
    public int count() {
        synchronized (lock) {
            return awaking.size();
        }
    }

    /** Whether {@code target} is a desktop whose machine can be woken, whoever may do so. */
    public boolean isWakeable(Identity who, Target target) {
        return desktops.find(who, target).isPresent();
    }

    /**
     * How the machine of a target is woken for a user whom {@code allow} lets open it.
     *
     * @param origin of the request, for the audit log
     * @return empty when it is no machine that can be woken; asking wakes it, if the user may
     */
    public Optional<Supplier<WakeAnswer>> of(AuditEvent.Origin origin, Identity who, Access.Allow allow) {
        return desktops.find(who, allow.target()).map(wakeable -> () -> wake(origin, who, allow, wakeable));
    }

    private WakeAnswer wake(AuditEvent.Origin origin, Identity who, Access.Allow allow, Wakeable wakeable) {
        if (!allow.rule().wake()) {
            return new WakeAnswer.Refused(
                    "rule \"" + allow.rule().name() + "\" does not let its users wake it (expected wake = true)");
        }
        Target target = allow.target();
        WakingMachine machine;
        synchronized (lock) {
            WakingMachine before = awaking.get(target);
            if (before != null) {
                if (before.isEnded()) {
                    return new WakeAnswer.Refused("the command that woke it before still runs");
                }
                before.alsoAsk(allow.addresses());
                return new WakeAnswer.Begun(before);
            }
            String user = AccountNames.key(who);
            Optional<String> tooMany = closed ? Optional.of(STOPS) : tooMany(user, wakeable.machine(target));
            if (tooMany.isPresent()) {
                return new WakeAnswer.Refused(tooMany.get());
            }
            machine = new WakingMachine(
                    wakeable, target, allow.addresses(), user, services, journal(origin, who, allow, wakeable));
            awaking.put(target, machine);
        }
        machine.begin();
        return new WakeAnswer.Begun(machine);
    }

    private WakingMachine.Observer journal(
            AuditEvent.Origin origin, Identity who, Access.Allow allow, Wakeable wakeable) {
        Target target = allow.target();
        return new WakingMachine.Observer() {
            @Override
            public void begun() {
                tell(AuditEvent.Waking.BEGUN, wakeable.method());
            }

            @Override
            public void ended(WakingMachine machine, boolean awake, boolean wasBegun) {
                states.forget(target);
                forget(target, machine);
                if (!wasBegun) {
                    machines.giveBack(wakeable.machine(target)); // or one user could use up what others need
                } else if (awake) {
                    tell(
                            AuditEvent.Waking.ANSWERED,
                            "after " + machine.age().toMillis() + " ms"
                                    + machine.problem().map(why -> "; " + why).orElse(""));
                } else {
                    tell(AuditEvent.Waking.UNANSWERED, machine.why());
                }
            }

            @Override
            public void commandEnded(WakingMachine machine, Optional<String> failure) {
                forget(target, machine);
                failure.ifPresent(why -> LOG.atWarn()
                        .addKeyValue("desktop", wakeable.desktop())
                        .addKeyValue("reason", why)
                        .log("a wake command failed after the end of the waking"));
            }

            private void tell(AuditEvent.Waking what, String detail) {
                audit.record(new AuditEvent.WakeUp(
                        origin, who, allow.rule().name(), wakeable.desktop(), target.toString(), what, detail));
            }
        };
    }

    /** Counts for both; the machine gets it back when nothing is sent, since it runs. */
    private Optional<String> tooMany(String user, String machine) {
        if (awaking.size() >= MOST_AT_ONE_TIME) {
            return Optional.of(MOST_AT_ONE_TIME + " machines are being woken already");
        }
        if (awaking.values().stream().filter(each -> each.user().equals(user)).count() >= MOST_OF_A_USER_AT_ONE_TIME) {
            return Optional.of(MOST_OF_A_USER_AT_ONE_TIME + " machines are being woken for the user already");
        }
        if (machines.isSpent(machine)) {
            return Optional.of("it was woken too often (expected at most " + WAKES_OF_A_MACHINE_AT_ONCE
                    + " times in a row, and " + WAKES_OF_A_MACHINE_A_MINUTE + " times a minute)");
        }
        if (!users.tryCount(user)) {
            return Optional.of("the user wakes machines too often (expected at most " + WAKES_OF_A_USER_AT_ONCE
                    + " times in a row, and " + WAKES_OF_A_USER_A_MINUTE + " times a minute)");
        }
        machines.count(machine);
        return Optional.empty();
    }

    private void forget(Target target, WakingMachine machine) {
        synchronized (lock) {
            if (machine.isAnswered() && !machine.commandRuns()) {
                awaking.remove(target, machine);
            }
        }
    }

    /** Wakes the machine of a target away from the caller, if it does not answer and the user may wake it. */
    public void wakeIfAsleep(AuditEvent.Origin origin, Identity who, Access.Allow allow) {
        if (!allow.rule().wake() || !isWakeable(who, allow.target())) {
            return;
        }
        try {
            executor.execute(() -> wakeUnlessOn(origin, who, allow));
        } catch (RejectedExecutionException _) {
            // the gateway stops
        }
    }

    private void wakeUnlessOn(AuditEvent.Origin origin, Identity who, Access.Allow allow) {
        try {
            Target target = allow.target();
            MachineState state = look(Map.of(target, allow.addresses()), WakingMachine.PATIENCE.multipliedBy(2))
                    .getOrDefault(target, MachineState.UNKNOWN);
            if (state != MachineState.ON) {
                of(origin, who, allow).ifPresent(waking -> {
                    var _ = waking.get(); // a client that is not served by it says so in its own line
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the gateway stops
        }
    }

    /** Ends all that is being woken, and kills commands. Nothing is woken any more. */
    public void close() throws InterruptedException {
        List<WakingMachine> left;
        synchronized (lock) {
            closed = true;
            left = List.copyOf(awaking.values());
        }
        left.forEach(machine -> machine.giveUp(STOPS));
        services.programs().close();
    }

    /**
     * How machines are now, as far as it can be said within {@code patience}. Their ports are asked all at one time,
     * and each again only after a while.
     *
     * @param asked targets, and their addresses that the rules allow
     */
    public Map<Target, MachineState> look(Map<Target, List<InetAddress>> asked, Duration patience)
            throws InterruptedException {
        Map<Target, CompletableFuture<MachineState>> looks = new HashMap<>();
        asked.forEach((target, addresses) -> looks.put(target, state(target, addresses)));
        try {
            CompletableFuture.allOf(looks.values().toArray(CompletableFuture<?>[]::new))
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            // those that are not there yet are unknown
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        Map<Target, MachineState> found = new HashMap<>();
        looks.forEach((target, look) -> found.put(target, look.getNow(MachineState.UNKNOWN)));
        return found;
    }

    private CompletableFuture<MachineState> state(Target target, List<InetAddress> addresses) {
        synchronized (lock) {
            WakingMachine machine = awaking.get(target);
            if (machine != null && !machine.isAnswered()) {
                return CompletableFuture.completedFuture(MachineState.WAKING);
            }
        }
        return states.of(target, addresses);
    }
}
