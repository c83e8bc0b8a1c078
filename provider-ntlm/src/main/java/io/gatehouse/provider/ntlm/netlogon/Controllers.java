package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Domain;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The domain's controllers, best first: those of the configuration, or those of DNS, looked up when they are needed.
 * Asks the first that works; the next one only if it is certain that nobody has judged yet. Safe for use by many
 * threads.
 */
final class Controllers implements AutoCloseable {
    private static final long LOOKUP_HOLDS = Duration.ofMinutes(5).toNanos();
    private static final long FAILED_LOOKUP_HOLDS = Duration.ofSeconds(5).toNanos();
    private static final Duration STEP = Duration.ofMillis(25);
    /** A name of DNS becomes a controller for good, with its metrics: there must be an end. */
    private static final int MOST_CONTROLLERS = 64;

    private final Optional<String> service;
    private final ServiceLocator services;
    private final Function<String, Controller> factory;
    private final MonotonicClock clock;
    private final Map<String, Controller> known = new LinkedHashMap<>();
    private final ReentrantLock lookingUp = new ReentrantLock();
    private volatile List<Controller> current;
    private volatile long lookedUpUntil;

    /** The result of asking the controllers. */
    sealed interface Result {
        /** A controller gave its verdict. */
        record Judged(Controller by, NetlogonCalls.Logon logon) implements Result {}

        /** Somebody was asked and may have judged, but gave no answer. */
        record Unanswered(String why) implements Result {}

        /**
         * Nobody did.
         *
         * @param why which controllers, and what is wrong with each
         */
        record Unavailable(String why) implements Result {}
    }

    Controllers(Domain domain, ServiceLocator services, Function<String, Controller> factory, MonotonicClock clock) {
        this.service = domain.controllers().isEmpty()
                ? domain.dnsName().map(name -> "_ldap._tcp.dc._msdcs." + name)
                : Optional.empty();
        this.services = services;
        this.factory = factory;
        this.clock = clock;
        this.current = controllers(domain.controllers());
        this.lookedUpUntil = clock.nanos();
    }

    private List<Controller> controllers(List<String> hosts) {
        List<Controller> controllers = new ArrayList<>();
        for (String host : hosts) {
            String key = host.toLowerCase(Locale.ROOT);
            if (known.containsKey(key) || known.size() < MOST_CONTROLLERS) {
                controllers.add(known.computeIfAbsent(key, _ -> factory.apply(host)));
            }
        }
        return List.copyOf(controllers);
    }

    /** The names of the controllers, best first; looks them up in DNS where the configuration names none. */
    List<String> hosts() {
        return list().stream().map(Controller::host).toList();
    }

    /** Has a logon judged by one controller, or says why none could. */
    Result ask(LogonAttempt attempt) {
        while (true) {
            List<Controller> all = list();
            for (Controller controller : all) {
                if (attempt.deadline().isOver()) {
                    break;
                }
                if (controller.backOff().enter()) {
                    try {
                        return new Result.Judged(controller, controller.logon(attempt));
                    } catch (ControllerException e) {
                        if (e.mayHaveJudged()) {
                            return new Result.Unanswered(String.valueOf(e.getMessage()));
                        }
                    }
                }
            }
            if (!await(all, attempt.deadline())) {
                return new Result.Unavailable(problems(all));
            }
        }
    }

    /** Waits a moment, if one of them may answer in time. */
    private static boolean await(List<Controller> all, Deadline deadline) {
        Optional<Long> nanos = all.stream()
                .flatMap(controller -> controller.backOff().patience().stream())
                .min(Long::compare);
        if (nanos.isEmpty() || nanos.get() >= deadline.remainingNanos()) {
            return false;
        }
        try {
            Thread.sleep(Duration.ofNanos(Math.min(nanos.get(), STEP.toNanos())));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String problems(List<Controller> all) {
        if (all.isEmpty()) {
            return "no domain controller known: DNS has no " + service.orElse("name of the domain");
        }
        return all.stream()
                .map(controller -> controller.host() + ": "
                        + controller.backOff().problem().orElse("no time left to ask"))
                .collect(Collectors.joining("; ", "no domain controller can be asked: ", ""));
    }

    /** The controllers as far as they are known; DNS is asked again from time to time, by one thread. */
    private List<Controller> list() {
        if (service.isEmpty() || !clock.hasReached(lookedUpUntil)) {
            return current;
        }
        if (current.isEmpty()) {
            lookingUp.lock(); // for a bounded time: ServiceLocator promises it
        } else if (!lookingUp.tryLock()) {
            return current;
        }
        try {
            if (clock.hasReached(lookedUpUntil)) {
                lookUp(service.get());
            }
            return current;
        } finally {
            lookingUp.unlock();
        }
    }

    private void lookUp(String name) {
        List<String> hosts = services.locate(name).stream()
                .map(InetSocketAddress::getHostString)
                .distinct()
                .toList();
        if (!hosts.isEmpty()) {
            current = controllers(hosts);
            known.values().stream()
                    .filter(controller -> !current.contains(controller))
                    .forEach(Controller::release);
        }
        lookedUpUntil = clock.nanos() + (hosts.isEmpty() ? FAILED_LOOKUP_HOLDS : LOOKUP_HOLDS);
    }

    @Override
    public void close() {
        lookingUp.lock();
        try {
            known.values().forEach(Controller::close);
        } finally {
            lookingUp.unlock();
        }
    }
}
