package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.jetty.wake.MachineState;
import io.gatehouse.jetty.wake.WakeAnswer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Whether the machines of desktops run, and waking those that sleep. */
final class DesktopPower {
    /** How long a page waits for ports to answer; those that have not are unknown on it. */
    private static final Duration PATIENCE = Duration.ofMillis(400);

    private final PortalServices services;
    private final Desktops.Addresses names;

    DesktopPower(PortalServices services, Desktops.Addresses names) {
        this.services = services;
        this.names = names;
    }

    /**
     * How the machines of desktops are that can be woken.
     *
     * @param usable what the user may open
     */
    Map<Desktops.Usable, Views.Power> of(Requester requester, Collection<Desktops.Usable> usable) {
        List<Desktops.Usable> wakeable = usable.stream()
                .filter(one -> services.waker().isWakeable(requester.identity(), one.target()))
                .toList();
        if (wakeable.isEmpty()) {
            return Map.of();
        }
        Set<String> hosts = wakeable.stream().map(one -> one.target().host()).collect(Collectors.toSet());
        Resolver resolver = names.of(hosts);
        Map<Desktops.Usable, Access.Allow> allowed = new HashMap<>();
        Map<Target, List<InetAddress>> machines = new HashMap<>();
        for (Desktops.Usable one : wakeable) {
            allow(requester, one, resolver).ifPresent(allow -> {
                allowed.put(one, allow);
                machines.put(allow.target(), allow.addresses());
            });
        }
        Map<Target, MachineState> states = look(machines);
        Map<Desktops.Usable, Views.Power> power = new HashMap<>();
        allowed.forEach((one, allow) -> {
            MachineState state = states.getOrDefault(allow.target(), MachineState.UNKNOWN);
            power.put(
                    one,
                    new Views.Power(
                            state.name().toLowerCase(Locale.ROOT),
                            allow.rule().wake() && (state == MachineState.OFF || state == MachineState.UNKNOWN)));
        });
        return power;
    }

    private Map<Target, MachineState> look(Map<Target, List<InetAddress>> machines) {
        try {
            return services.waker().look(machines, PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
    }

    private Optional<Access.Allow> allow(Requester requester, Desktops.Usable one, Resolver resolver) {
        Access access = services.policy()
                .get()
                .decide(
                        requester.at(one.desktop().name()),
                        one.target().host(),
                        one.target().port(),
                        resolver);
        return access instanceof Access.Allow allow ? Optional.of(allow) : Optional.empty();
    }

    /** Wakes the machine of a desktop whose file the user just got, if it sleeps. */
    void wakeIfAsleep(PortalExchange exchange, Requester requester, Desktops.Usable one) {
        Identity identity = requester.identity();
        if (services.waker().isWakeable(identity, one.target())) {
            allow(requester, one, services.resolver())
                    .ifPresent(allow -> services.waker().wakeIfAsleep(exchange.origin(), identity, allow));
        }
    }

    /** Wakes the machine of a desktop that the user may open; empty when it cannot be woken, or the rules say no. */
    Optional<WakeAnswer> wake(PortalExchange exchange, Requester requester, Desktops.Usable one) {
        return allow(requester, one, services.resolver())
                .flatMap(allow -> services.waker().of(exchange.origin(), requester.identity(), allow))
                .map(Supplier::get);
    }
}
