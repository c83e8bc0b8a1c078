package io.gatehouse.core.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.Resolver;
import io.gatehouse.core.policy.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All desktops, and which of them a user may use: the policy decides, as it does when they connect. Immutable. */
public final class Desktops {
    private final List<Desktop> all;
    private final AccessPolicy policy;

    /**
     * A desktop that a user may use.
     *
     * @param desktop which
     * @param target where it is for them
     */
    public record Usable(Desktop desktop, Target target) {}

    /** Desktops in the order of the configuration. */
    public Desktops(List<Desktop> all, AccessPolicy policy) {
        this.all = List.copyOf(all);
        this.policy = policy;
    }

    /**
     * What {@code identity} may use.
     *
     * @param words what they look for; all when blank
     * @param resolver asked only for names that no rule covers as names
     */
    public List<Usable> of(Identity identity, String words, Resolver resolver) {
        List<Usable> usable = new ArrayList<>();
        for (Desktop desktop : all) {
            if (!words.isBlank() && !desktop.matches(words)) {
                continue;
            }
            desktop.target(identity)
                    .filter(target -> policy.offers(identity, target.host(), target.port(), resolver))
                    .ifPresent(target -> usable.add(new Usable(desktop, target)));
        }
        return usable;
    }

    /**
     * One that {@code identity} may use right now.
     *
     * @param resolver asked once, as when they connect
     */
    public Optional<Usable> find(Identity identity, String name, Resolver resolver) {
        return all.stream()
                .filter(desktop -> desktop.name().equals(name))
                .findFirst()
                .flatMap(desktop -> desktop.target(identity).map(target -> new Usable(desktop, target)))
                .filter(usable -> isOpen(policy.decide(
                        identity, usable.target().host(), usable.target().port(), resolver)));
    }

    /** A machine that is allowed but has no address at the moment, since it sleeps perhaps, will be decided about again. */
    private static boolean isOpen(Access access) {
        return switch (access) {
            case Access.Allow _, Access.Unresolved _ -> true;
            case Access.Deny _ -> false;
        };
    }
}
