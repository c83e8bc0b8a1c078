package io.gatehouse.jetty.grant;

import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.session.Session;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends grants: those whose time is over, those for one session that have had it, and those that the configuration does
 * not allow any more. Safe for use by many threads.
 */
final class GrantExpiry {
    private final GrantSettings settings;
    private final AccessGrants grants;
    private final GrantableDesktops desktops;
    private final GrantsInForce inForce;
    private final GrantJournal journal;
    private final Tunnels tunnels;
    private final Clock clock;
    private final OneSessionGrants oneSession;
    /** What ended before the audit log was open. */
    private List<AccessGranting> atStart = List.of();

    GrantExpiry(
            GrantSettings settings,
            AccessGrants grants,
            GrantableDesktops desktops,
            GrantsInForce inForce,
            GrantJournal journal,
            GrantServices services) {
        this.settings = settings;
        this.grants = grants;
        this.desktops = desktops;
        this.inForce = inForce;
        this.journal = journal;
        this.tunnels = services.tunnels();
        this.clock = services.clock();
        this.oneSession = new OneSessionGrants(grants, services.clock());
    }

    /** Ends what the end of the last gateway ended, and what the configuration does not allow. Opens no audit log. */
    synchronized void start() {
        List<AccessGranting> dropped = new ArrayList<>();
        for (TemporaryGrant grant : grants.grants()) {
            if (grants.isInUse(grant.id())) {
                grants.remove(grant.id());
                dropped.add(GrantJournal.byItself(grant, Granting.USED, "its session ended with the gateway"));
            }
        }
        dropped.addAll(dropOutside());
        if (!dropped.isEmpty()) {
            inForce.changed();
        }
        atStart = List.copyOf(dropped);
        inForce.renew();
    }

    /** Ends what other desktops do not allow. */
    void desktopsChanged() {
        List<AccessGranting> dropped = dropOutside();
        if (!dropped.isEmpty()) {
            dropped.forEach(journal::tell);
            inForce.renew();
            inForce.endSessionsLeft();
            var _ = inForce.save(); // it logs why it could not
        }
    }

    /**
     * Drops what the settings do not allow any more; the lines to be written about it. Requests come first: one that is
     * approved meanwhile is a grant, and found there.
     */
    private List<AccessGranting> dropOutside() {
        List<AccessGranting> dropped = new ArrayList<>();
        for (AccessRequest request : grants.requests()) {
            desktops.outside(request)
                    .ifPresent(why -> grants.deny(request.id())
                            .ifPresent(gone -> dropped.add(GrantJournal.byItself(gone, Granting.DENIED, why))));
        }
        for (TemporaryGrant grant : grants.grants()) {
            desktops.outside(grant.desktop())
                    .or(() -> settings.problem(Duration.between(grant.since(), grant.until())))
                    .ifPresent(why -> grants.remove(grant.id())
                            .ifPresent(gone -> dropped.add(GrantJournal.byItself(gone, Granting.REVOKED, why))));
        }
        return dropped;
    }

    /** Ends what has ended meanwhile; to be called every few seconds. Writes no file itself. */
    synchronized void round() {
        atStart.forEach(journal::tell);
        atStart = List.of();
        List<Session> sessions = tunnels.sessions();
        List<TemporaryGrant> expired = grants.expire(grant -> !settings.endsSessions() && isOpen(grant, sessions));
        OneSessionGrants.Found found = oneSession.look(sessions);
        List<TemporaryGrant> used = found.used().stream()
                .flatMap(grant -> grants.remove(grant.id()).stream())
                .toList();
        List<AccessGranting> dropped = dropOutside(); // what came while other desktops did
        dropped.forEach(journal::tell);
        expired.forEach(grant -> journal.tell(grant, Granting.EXPIRED, why(grant)));
        used.forEach(grant -> journal.tell(grant, Granting.USED, "its session has ended"));
        inForce.renew();
        boolean ended = !dropped.isEmpty() || !expired.isEmpty() || !used.isEmpty();
        if (ended || sessions.stream().anyMatch(inForce::isLeft)) {
            inForce.endSessionsLeft();
        }
        if (ended || found.changed()) {
            inForce.changed();
        }
        inForce.saveBehind();
    }

    private String why(TemporaryGrant grant) {
        return clock.instant().isBefore(grant.until())
                ? "made at " + grant.since() + ", which has not come yet: the clock was set back"
                : "since " + grant.since();
    }

    private static boolean isOpen(TemporaryGrant grant, List<Session> sessions) {
        return sessions.stream().anyMatch(session -> session.rule().equals(grant.ruleName()));
    }
}
