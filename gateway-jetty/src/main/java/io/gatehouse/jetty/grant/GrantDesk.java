package io.gatehouse.jetty.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.grant.AccessEntry;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.jetty.startup.GatewayStartException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where users ask for desktops that no rule gives them, and others answer and revoke. Says who may do what; {@link
 * GrantsInForce} makes it hold, and {@link GrantEnding} ends it. Safe for use by many threads.
 */
public final class GrantDesk {
    private static final int ID_BYTES = 5;
    private static final int REQUESTS_A_MINUTE = 1;
    private static final int REQUESTS_AT_ONCE = 5;
    private static final Target UNKNOWN = new Target("unknown", 1);

    private final GrantSettings settings;
    private final AccessGrants grants;
    private final GrantableDesktops desktops;
    private final GrantsInForce inForce;
    private final GrantEnding ending;
    private final GrantJournal journal;
    private final AskerCheck askers;
    private final Clock clock;
    private final KeyedRateLimit<String> asked;
    private final SecureRandom random = new SecureRandom();
    /** Held from the making of a request or grant to its release: whoever ends those of an account ends it, too. */
    private final Object making = new Object();

    /**
     * A desk with what was kept in {@code file}.
     *
     * @throws GatewayStartException when the file cannot be read
     */
    public GrantDesk(GrantSettings settings, Path file, List<GrantableDesktop> desktops, GrantServices services)
            throws GatewayStartException {
        this.settings = settings;
        this.clock = services.clock();
        this.grants = new AccessGrants(clock);
        this.desktops = new GrantableDesktops(settings, desktops);
        this.journal = new GrantJournal(services.audit());
        this.askers = new AskerCheck(settings, services.accounts(), clock);
        this.asked = new KeyedRateLimit<>(services.time(), REQUESTS_A_MINUTE, REQUESTS_AT_ONCE);
        GrantFile kept = new GrantFile(file);
        kept.load(grants);
        this.inForce = new GrantsInForce(grants, kept, settings.terms(), services);
        this.ending = new GrantEnding(settings, grants, this.desktops, inForce, journal, services);
        this.ending.start();
    }

    /** What may be asked for, and who answers. */
    public GrantSettings settings() {
        return settings;
    }

    /**
     * Knows other desktops from now on, and ends what these do not allow. Grants of those that are there stay what they
     * are; requests wait only for a desktop that is where it was.
     */
    public void replace(List<GrantableDesktop> others) {
        desktops.replace(others);
        ending.desktopsChanged();
    }

    /** Ends grants whose time is over, and those for one session that have had it; to be called every few seconds. */
    public void round() {
        ending.round();
    }

    /** The desktops that {@code who} may ask for, whatever the rules say. */
    public List<GrantableDesktop> askable(Identity who) {
        return desktops.askable(who);
    }

    /** The desktop of that name. */
    public Optional<GrantableDesktop> desktop(String name) {
        return desktops.named(name);
    }

    /** Those that last, and those whose sessions go on after their time, the oldest first. */
    public List<TemporaryGrant> grants() {
        return grants.grants();
    }

    /** Whether a grant for one session has it. */
    public boolean isInUse(TemporaryGrant grant) {
        return grants.isInUse(grant.id());
    }

    /** Those that wait for an answer, the oldest first. */
    public List<AccessRequest> requests() {
        return grants.requests();
    }

    /** The grant of {@code account} for a desktop. */
    public Optional<TemporaryGrant> granted(String account, String desktop) {
        return grants().stream()
                .filter(grant ->
                        grant.account().equals(account) && grant.desktop().equals(desktop))
                .findFirst();
    }

    /** What was refused to {@code who} within a day, and not asked for again. */
    public List<AccessRequest> denied(Identity who) {
        return grants.denied(AccountNames.key(who));
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private GrantAnswer refused(
            AuditEvent.Origin origin, Identity who, AccessEntry about, GrantAnswer.Refused refused) {
        journal.tell(origin, who.displayName(), about, Granting.REFUSED, refused.why());
        return refused.audited();
    }

    private GrantAnswer refused(AuditEvent.Origin origin, Identity who, AccessEntry about, int status, String why) {
        return refused(origin, who, about, new GrantAnswer.Refused(status, why));
    }

    /** A user asks for a desktop. */
    public GrantAnswer ask(AuditEvent.Origin origin, Identity who, String desktop, String reason, Duration duration) {
        Optional<String> malformed = GrantSettings.problem(reason).or(() -> settings.problem(duration));
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
        }
        if (!Desktop.NAME.matcher(desktop).matches()) {
            return new GrantAnswer.Refused(400, "desktop: expected the name of one");
        }
        Target target = desktops.target(desktop, who).orElse(UNKNOWN);
        AccessRequest request =
                new AccessRequest(newId(), settings.condensed(who), desktop, target, reason, duration, now());
        if (askable(who).stream().noneMatch(each -> each.name().equals(desktop))) {
            return refused(origin, who, request, 403, "the user may not ask for this desktop");
        }
        if (!asked.tryCount(request.account())) {
            return refused(origin, who, request, 409, "the user asks too often");
        }
        synchronized (making) {
            Optional<String> tooMany = grants.ask(request);
            if (tooMany.isPresent()) {
                return refused(origin, who, request, 409, tooMany.get());
            }
            String keepError = inForce.save();
            journal.tell(
                    origin,
                    who.displayName(),
                    request,
                    Granting.ASKED,
                    "for " + duration.toMinutes() + " min: " + reason + GrantJournal.notKept(keepError));
            grants.release(request.id());
            return new GrantAnswer.Done(request.id(), keepError);
        }
    }

    /** Why {@code who} may not answer {@code request}; empty when they may. */
    public Optional<String> obstacle(Identity who, AccessRequest request) {
        if (!settings.mayApprove(who)) {
            return Optional.of("the user is no approver");
        }
        return !settings.selfApproval() && settings.isOwn(who, request)
                ? Optional.of("nobody approves their own request (self-approval = false)")
                : Optional.empty();
    }

    /** How many requests wait for the answer of {@code who}; empty when they are no approver. */
    public OptionalInt waitingFor(Identity who) {
        if (!settings.mayApprove(who)) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) grants.requests().stream()
                .filter(request -> settings.selfApproval() || !settings.isOwn(who, request))
                .count());
    }

    private static GrantAnswer.Refused answered(String id) {
        return new GrantAnswer.Refused(404, "no request " + id + " waits for an answer");
    }

    /**
     * An approver approves.
     *
     * @param duration for how long
     * @param once whether for one session only
     */
    public GrantAnswer approve(AuditEvent.Origin origin, Identity who, String id, Duration duration, boolean once) {
        Optional<AccessRequest> found = grants.request(id);
        if (found.isEmpty()) {
            return answered(id);
        }
        AccessRequest request = found.get();
        Optional<String> obstacle = obstacle(who, request);
        if (obstacle.isPresent()) {
            return refused(origin, who, request, 403, obstacle.get());
        }
        Optional<String> malformed = settings.problem(duration);
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
        }
        Optional<GrantAnswer.Refused> asker = askers.obstacle(request);
        if (asker.isPresent()) {
            return refused(origin, who, request, asker.get());
        }
        Instant since = now();
        TemporaryGrant grant = request.granted(since, since.plus(duration), once, who.displayName());
        synchronized (making) {
            Optional<String> problem = grants.approve(grant);
            return problem.isPresent()
                    ? refused(origin, who, request, grants.request(id).isPresent() ? 409 : 404, problem.get())
                    : granted(origin, who.displayName(), grant);
        }
    }

    /** An approver says no. */
    public GrantAnswer deny(AuditEvent.Origin origin, Identity who, String id) {
        Optional<AccessRequest> found = grants.request(id);
        Optional<String> obstacle = found.flatMap(request -> obstacle(who, request));
        if (obstacle.isPresent()) {
            return refused(origin, who, found.get(), 403, obstacle.get());
        }
        return ended(origin, who, id, grants.deny(id), Granting.DENIED);
    }

    /** A user takes their own request back. */
    public GrantAnswer withdraw(AuditEvent.Origin origin, Identity who, String id) {
        Optional<AccessRequest> found = grants.request(id);
        if (found.isPresent() && !found.get().account().equals(AccountNames.key(who))) {
            return refused(origin, who, found.get(), 403, "the request of another user");
        }
        return ended(origin, who, id, grants.take(id), Granting.WITHDRAWN);
    }

    private GrantAnswer ended(
            AuditEvent.Origin origin, Identity who, String id, Optional<AccessRequest> taken, Granting what) {
        if (taken.isEmpty()) {
            return answered(id);
        }
        String keepError = inForce.save();
        String detail = taken.get().reason() + GrantJournal.notKept(keepError);
        journal.tell(origin, who.displayName(), taken.get(), what, detail);
        return new GrantAnswer.Done(id, keepError);
    }

    /**
     * An administrator grants a desktop that nobody asked for.
     *
     * @param account {@link AccountNames#key} of the user
     * @param by the administrator
     */
    public GrantAnswer add(String account, String desktop, Duration duration, boolean once, String reason, String by) {
        Optional<String> malformed = GrantSettings.problem(reason).or(() -> settings.problem(duration));
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
        }
        Optional<String> outside = desktops.outside(desktop);
        if (outside.isPresent()) {
            return new GrantAnswer.Refused(404, outside.get());
        }
        Optional<Target> target = desktops.target(desktop, identity(account));
        if (target.isEmpty()) {
            return new GrantAnswer.Refused(404, "there is no such desktop for this user");
        }
        Instant since = now();
        TemporaryGrant grant = new TemporaryGrant(
                newId(), account, desktop, target.get(), reason, since, since.plus(duration), once, by);
        synchronized (making) {
            Optional<String> tooMany = grants.add(grant);
            return tooMany.isPresent()
                    ? new GrantAnswer.Refused(409, tooMany.get())
                    : granted(AuditEvent.Origin.ofCommand(), by, grant);
        }
    }

    /**
     * Why nobody seems to have {@code account}: the grant is for a name that was misspelt, perhaps. May take the time
     * of a back end.
     */
    public Optional<String> doubt(String account) {
        return askers.doubt(account);
    }

    /** The names alone. */
    static Identity identity(String account) {
        int backslash = account.indexOf('\\');
        return new Identity(
                "admin",
                "admin",
                account.substring(backslash + 1),
                Optional.of(account.substring(0, Math.max(0, backslash))).filter(domain -> !domain.isEmpty()),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    /** A grant holds once it is written. Sessions of the one whose place it takes go on by it. */
    private GrantAnswer granted(AuditEvent.Origin origin, String by, TemporaryGrant grant) {
        String keepError = inForce.save();
        journal.tell(
                origin,
                by,
                grant,
                Granting.APPROVED,
                (grant.once() ? "for one session, " : "") + "until " + grant.until()
                        + (grant.reason().isEmpty() ? "" : ": " + grant.reason())
                        + GrantJournal.notKept(keepError));
        List<TemporaryGrant> before = grants.release(grant.id());
        before.forEach(each -> journal.tell(origin, by, each, Granting.REVOKED, grant.ruleName() + " takes its place"));
        inForce.renew();
        if (!before.isEmpty()) {
            inForce.endSessionsLeft();
            inForce.changed();
        }
        return new GrantAnswer.Done(grant.id(), keepError);
    }

    /** An approver ends a grant. */
    public GrantAnswer revoke(AuditEvent.Origin origin, Identity who, String id) {
        if (settings.mayApprove(who)) {
            synchronized (making) {
                return ending.revoke(origin, who.displayName(), id);
            }
        }
        String why = "the user is no approver";
        Optional<TemporaryGrant> grant =
                grants().stream().filter(each -> each.id().equals(id)).findFirst();
        return grant.isPresent() ? refused(origin, who, grant.get(), 403, why) : new GrantAnswer.Refused(404, why);
    }

    /** An administrator ends a grant. */
    public GrantAnswer revoke(String id, String by) {
        synchronized (making) {
            return ending.revoke(AuditEvent.Origin.ofCommand(), by, id);
        }
    }

    /**
     * The gateway ends the grants and requests of an account that was ended or is gone. A grant is good for every
     * sign-in method, so that it ends whichever provider says so.
     *
     * @param until those that were asked for or made by then; empty for all
     * @return why that is not kept over a restart; empty text when it is
     */
    public String endAll(AccountScope account, Optional<Instant> until, String why) {
        synchronized (making) {
            return ending.endAll(account, until, why);
        }
    }
}
