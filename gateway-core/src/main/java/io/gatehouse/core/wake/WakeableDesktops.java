package io.gatehouse.core.wake;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The desktops whose machines can be woken, found by their target: a page of the portal asks about hundreds of them.
 * Hosts that depend on who asks are looked through one by one, since a few patterns name the machines of all users.
 */
public final class WakeableDesktops {
    private final Map<Target, Wakeable> shared = new HashMap<>();
    private final List<Wakeable> personal;

    /**
     * Desktops to be found.
     *
     * @param wakeables in the order of the configuration; the first of several at one target counts
     */
    public WakeableDesktops(List<Wakeable> wakeables) {
        personal = wakeables.stream().filter(each -> each.host().isPersonal()).toList();
        for (Wakeable each : wakeables) {
            each.host().ofEverybody().ifPresent(name -> shared.putIfAbsent(new Target(name.host(), each.port()), each));
        }
    }

    /** The desktop at {@code target} for {@code who}; one whose host is the same for everybody comes first. */
    public Optional<Wakeable> find(Identity who, Target target) {
        Wakeable found = shared.get(target);
        return found == null
                ? personal.stream().filter(each -> each.isAt(who, target)).findFirst()
                : Optional.of(found);
    }
}
