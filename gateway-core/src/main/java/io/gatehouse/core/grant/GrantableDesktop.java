package io.gatehouse.core.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PersonalHost;
import java.util.Optional;

/**
 * A desktop that somebody may be granted.
 *
 * @param name in the configuration
 * @param title what users read
 * @param host where it is
 * @param port its port
 */
public record GrantableDesktop(String name, String title, PersonalHost host, int port) {
    /** Where it is for {@code identity}; empty when their name makes no host. */
    public Optional<Target> target(Identity identity) {
        return host.of(identity).map(found -> new Target(found.host(), port));
    }
}
