package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.PortalAdminConfig;
import io.gatehouse.core.config.PortalConfig;
import io.gatehouse.core.portal.AdministratorRule;
import io.gatehouse.core.portal.PortalSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who may use the admin area, by the configuration in force. Nobody without its table. Safe for use by many threads.
 */
final class AdminRights {
    private volatile State state;

    private record State(Configuration configuration, List<AdministratorRule> rules, Duration signInAge) {
        static State of(Configuration configuration) {
            Optional<PortalAdminConfig> admin = configuration.gateway().portal().flatMap(PortalConfig::admin);
            return new State(
                    configuration,
                    admin.map(table -> table.rules(configuration.domains())).orElse(List.of()),
                    admin.map(PortalAdminConfig::signInAge).orElse(Duration.ZERO));
        }
    }

    AdminRights(Configuration configuration) {
        this.state = State.of(configuration);
    }

    /**
     * Reads who may administer by another configuration.
     *
     * @return goes by it from then on; does not fail
     */
    Runnable prepare(Configuration next) {
        State other = State.of(next);
        return () -> state = other;
    }

    /** The configuration in force. */
    Configuration configuration() {
        return state.configuration();
    }

    /** What {@code identity} may do; empty when the admin area is not for them. */
    Optional<AdminRole> role(Identity identity) {
        return AdministratorRule.role(state.rules(), identity);
    }

    /** How long ago administrators may have signed in when they change something. */
    Duration signInAge() {
        return state.signInAge();
    }

    /** Whether the user of {@code session} signed in short enough ago to change something. */
    boolean isFresh(PortalSession session, Instant now) {
        return !now.isAfter(session.began().plus(state.signInAge()));
    }
}
