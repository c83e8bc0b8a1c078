package io.gatehouse.jetty.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.net.Target;
import java.util.List;
import java.util.Optional;

/** The desktops of the configuration in force, and which of them may be asked for. Safe for use by many threads. */
final class GrantableDesktops {
    private final GrantSettings settings;
    private volatile List<GrantableDesktop> desktops;

    GrantableDesktops(GrantSettings settings, List<GrantableDesktop> desktops) {
        this.settings = settings;
        this.desktops = List.copyOf(desktops);
    }

    void replace(List<GrantableDesktop> others) {
        desktops = List.copyOf(others);
    }

    Optional<GrantableDesktop> named(String name) {
        return desktops.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Where a desktop is for {@code who}. */
    Optional<Target> target(String name, Identity who) {
        return named(name).flatMap(each -> each.target(who));
    }

    /** Those that {@code who} may ask for, whatever the rules say. */
    List<GrantableDesktop> askable(Identity who) {
        return settings.mayAsk(who)
                ? desktops.stream()
                        .filter(desktop -> settings.desktops().contains(desktop.name()))
                        .filter(desktop -> desktop.target(who).isPresent())
                        .toList()
                : List.of();
    }

    /** Why nobody is granted the desktop of that name; empty when somebody can be. */
    Optional<String> outside(String name) {
        if (!settings.desktops().contains(name)) {
            return Optional.of("desktops of [portal.grants] does not name the desktop");
        }
        return named(name).isEmpty() ? Optional.of("there is no such [[desktop]]") : Optional.empty();
    }

    /** Why a request cannot be granted any more; empty when it can. An approver was shown where the desktop was. */
    Optional<String> outside(AccessRequest request) {
        return outside(request.desktop())
                .or(() -> target(request.desktop(), request.asker()).equals(Optional.of(request.target()))
                        ? Optional.empty()
                        : Optional.of("the desktop has another host than when it was asked for"));
    }
}
