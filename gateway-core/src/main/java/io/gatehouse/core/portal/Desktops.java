package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.AccessPolicy.Offers.Offer;
import io.gatehouse.core.policy.Requester;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * All desktops, and which of them a user may use: the policy decides, as it does when they connect. Safe for use by
 * many threads.
 */
public final class Desktops {
    private volatile List<Desktop> all;
    private final Supplier<AccessPolicy> policy;

    /**
     * A desktop that a user may use.
     *
     * @param desktop which
     * @param target where it is for them
     */
    public record Usable(Desktop desktop, Target target) {}

    /** Looks up the names of desktops for lists. */
    @FunctionalInterface
    public interface Addresses {
        /**
         * Looks {@code names} up, all together within a short time. What is returned knows those that were found, and
         * does not block.
         */
        Resolver of(Set<String> names);
    }

    /** Desktops in the order of the configuration. */
    public Desktops(List<Desktop> all, Supplier<AccessPolicy> policy) {
        this.all = List.copyOf(all);
        this.policy = policy;
    }

    /**
     * Shows others from now on.
     *
     * @param others that nobody changes
     */
    public void replace(List<Desktop> others) {
        all = others;
    }

    /**
     * What {@code requester} may use.
     *
     * @param requester a browser, whose RDP client may call its machine whatever it likes later
     * @param words what they look for; all when blank
     * @param addresses told at once which names no rule covers as names, then asked for those
     */
    public List<Usable> of(Requester requester, String words, Addresses addresses) {
        AccessPolicy.Offers offers = policy.get().offersFor(requester);
        Map<Usable, Offer> candidates = new LinkedHashMap<>();
        for (Desktop desktop : all) {
            if (words.isBlank() || desktop.matches(words)) {
                desktop.target(requester.identity())
                        .map(target -> new Usable(desktop, target))
                        .ifPresent(usable -> {
                            Offer offer = offers.of(
                                    desktop.name(),
                                    usable.target().host(),
                                    usable.target().port());
                            if (offer != Offer.NO) {
                                candidates.put(usable, offer);
                            }
                        });
            }
        }
        Set<String> unknown = candidates.entrySet().stream()
                .filter(candidate -> candidate.getValue() == Offer.BY_ADDRESS)
                .map(candidate -> candidate.getKey().target().host())
                .collect(Collectors.toSet());
        Resolver resolver = addresses.of(unknown);
        return candidates.entrySet().stream()
                .filter(candidate -> candidate.getValue() == Offer.YES
                        || offers.byAddress(
                                candidate.getKey().desktop().name(),
                                candidate.getKey().target().host(),
                                candidate.getKey().target().port(),
                                resolver))
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * One that {@code requester} may use right now.
     *
     * @param resolver asked once, as when they connect
     */
    public Optional<Usable> find(Requester requester, String name, Resolver resolver) {
        return all.stream()
                .filter(desktop -> desktop.name().equals(name))
                .findFirst()
                .flatMap(desktop -> desktop.target(requester.identity()).map(target -> new Usable(desktop, target)))
                .filter(usable -> isOpen(policy.get()
                        .decide(
                                requester.at(name),
                                usable.target().host(),
                                usable.target().port(),
                                resolver)));
    }

    /** Whether there is a desktop of that name, and it is at {@code target} for {@code user}. */
    public boolean has(String name, Identity user, Target target) {
        return all.stream()
                .filter(desktop -> desktop.name().equals(name))
                .anyMatch(desktop -> desktop.target(user).equals(Optional.of(target)));
    }

    /**
     * What users read of an open tunnel.
     *
     * @param target {@code host:port}
     */
    public Optional<String> title(Identity identity, String target) {
        return all.stream()
                .filter(desktop -> desktop.target(identity)
                        .filter(own -> own.toString().equals(target))
                        .isPresent())
                .map(Desktop::title)
                .findFirst();
    }

    /**
     * A machine that is allowed but has no address at the moment, since it sleeps perhaps, will be decided about again.
     */
    private static boolean isOpen(Access access) {
        return switch (access) {
            case Access.Allow _, Access.Unresolved _ -> true;
            case Access.Deny _ -> false;
        };
    }
}
