package io.gatehouse.jetty.grant;

import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.grant.AccessEntry;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.session.Session;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends grants: those that are revoked, those of accounts that were ended, those whose time is over, those for one
 * session that have had it, and those that the configuration does not allow any more. Safe for use by many threads.
 */
final class GrantEnding {
    private final GrantSettings settings;
    private final AccessGrants grants;
    private final GrantableDesktops desktops;
    private final GrantsInForce inForce;
    private final GrantJournal journal;
    private final Tunnels tunnels;
    private final Clock clock;
    private final OneSessionGrants oneSession;
    /** What ended before the audit log was open. */
    private List<Gone> atStart = List.of();

    /** A request or a grant that is no more. */
    private record Gone(AccessEntry entry, Granting what, String why) {}

    GrantEnding(
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
        List<Gone> dropped = new ArrayList<>();
        for (TemporaryGrant grant : grants.grants()) {
            if (grants.isInUse(grant.id())) {
                grants.remove(grant.id());
                dropped.add(new Gone(grant, Granting.USED, "its session ended with the gateway"));
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
        var _ = ended(AuditEvent.Origin.ofCommand(), GrantJournal.GATEWAY, dropOutside());
    }

    /** Somebody ends a grant. */
    GrantAnswer revoke(AuditEvent.Origin origin, String by, String id) {
        Optional<TemporaryGrant> gone = grants.remove(id);
        if (gone.isEmpty()) {
            return new GrantAnswer.Refused(404, "there is no grant " + id);
        }
        Gone one = new Gone(gone.get(), Granting.REVOKED, gone.get().reason());
        return new GrantAnswer.Done(id, ended(origin, by, List.of(one)));
    }

    /**
     * Ends the grants and requests of an account.
     *
     * @param until those that were asked for or made by then; empty for all
     * @return why that is not kept over a restart; empty text when it is
     */
    String endAll(AccountScope account, Optional<Instant> until, String why) {
        Instant last = until.orElse(Instant.MAX);
        List<Gone> ended = new ArrayList<>();
        for (AccessRequest request : grants.requests()) {
            if (account.includes(request.asker()) && !request.at().isAfter(last)) {
                grants.take(request.id()).ifPresent(gone -> ended.add(new Gone(gone, Granting.DENIED, why)));
            }
        }
        for (TemporaryGrant grant : grants.grants()) {
            if (account.account().matches(GrantDesk.identity(grant.account()))
                    && !grant.since().isAfter(last)) {
                grants.remove(grant.id()).ifPresent(gone -> ended.add(new Gone(gone, Granting.REVOKED, why)));
            }
        }
        return ended(AuditEvent.Origin.ofCommand(), GrantJournal.GATEWAY, ended);
    }

    /**
     * What is gone holds no more, whatever the disk does. What is open by it ends, unless another rule or grant allows
     * it.
     *
     * @return why that is not kept over a restart; empty text when it is
     */
    private String ended(AuditEvent.Origin origin, String by, List<Gone> gone) {
        if (gone.isEmpty()) {
            return "";
        }
        inForce.renew();
        String keepError = inForce.save();
        gone.forEach(each ->
                journal.tell(origin, by, each.entry(), each.what(), each.why() + GrantJournal.notKept(keepError)));
        inForce.endSessionsLeft();
        return keepError;
    }

    /**
     * Drops what the settings do not allow any more; what was dropped. Requests come first: one that is
     * approved meanwhile is a grant, and found there.
     */
    private List<Gone> dropOutside() {
        List<Gone> dropped = new ArrayList<>();
        for (AccessRequest request : grants.requests()) {
            desktops.outside(request)
                    .ifPresent(why -> grants.deny(request.id())
                            .ifPresent(gone -> dropped.add(new Gone(gone, Granting.DENIED, why))));
        }
        for (TemporaryGrant grant : grants.grants()) {
            desktops.outside(grant.desktop())
                    .or(() -> settings.problem(Duration.between(grant.since(), grant.until())))
                    .ifPresent(why -> grants.remove(grant.id())
                            .ifPresent(gone -> dropped.add(new Gone(gone, Granting.REVOKED, why))));
        }
        return dropped;
    }

    /** Ends what has ended meanwhile; to be called every few seconds. Writes no file itself. */
    synchronized void round() {
        atStart.forEach(this::tell);
        atStart = List.of();
        List<Session> sessions = tunnels.sessions();
        List<Gone> gone = new ArrayList<>();
        grants.expire(grant -> !settings.endsSessions() && isOpen(grant, sessions))
                .forEach(grant -> gone.add(new Gone(grant, Granting.EXPIRED, why(grant))));
        OneSessionGrants.Found found = oneSession.look(sessions);
        found.used().stream()
                .flatMap(grant -> grants.remove(grant.id()).stream())
                .forEach(grant -> gone.add(new Gone(grant, Granting.USED, "its session has ended")));
        gone.addAll(dropOutside()); // what came while other desktops did
        gone.forEach(this::tell);
        inForce.renew();
        if (!gone.isEmpty() || sessions.stream().anyMatch(inForce::isLeft)) {
            inForce.endSessionsLeft();
        }
        if (!gone.isEmpty() || found.changed()) {
            inForce.changed();
        }
        inForce.saveBehind();
    }

    private void tell(Gone gone) {
        journal.tell(AuditEvent.Origin.ofCommand(), GrantJournal.GATEWAY, gone.entry(), gone.what(), gone.why());
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
