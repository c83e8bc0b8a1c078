package io.gatehouse.jetty.grant;

import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.GrantTerms;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.session.Session;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Makes what is granted hold: puts the rules of grants behind all others, lets tunnels look at their channels again
 * when a grant is gone, and keeps all of it in the file. Safe for use by many threads.
 */
final class GrantsInForce {
    private final AccessGrants grants;
    private final GrantFile file;
    private final GrantTerms terms;
    private final PolicyInForce policy;
    private final Tunnels tunnels;
    private final Executor executor;
    private List<PolicyRule> rules = List.of();

    GrantsInForce(AccessGrants grants, GrantFile file, GrantTerms terms, GrantServices services) {
        this.grants = grants;
        this.file = file;
        this.terms = terms;
        this.policy = services.policy();
        this.tunnels = services.tunnels();
        this.executor = services.executor();
    }

    /** Lets those hold that last now. */
    synchronized void renew() {
        List<PolicyRule> now = grants.rules(terms);
        if (!now.equals(rules)) {
            rules = now;
            policy.grant(now);
        }
    }

    /** Writes the file; why it could not be written, else empty text. */
    String save() {
        return file.save(grants);
    }

    /** Lets the rules be asked about channels that are open by a grant that is no more. */
    void endSessionsLeft() {
        tunnels.rulesChanged(this::isLeft);
    }

    /** Whether a session is open by a grant that is no more. */
    boolean isLeft(Session session) {
        return TemporaryGrant.idIn(session.rule()).filter(id -> !grants.has(id)).isPresent();
    }

    /** The file is to be written with the next {@link #saveBehind}. */
    void changed() {
        file.changed();
    }

    /** Writes the file in another thread, if something is to be written. */
    void saveBehind() {
        file.saveBehind(grants, executor);
    }
}
