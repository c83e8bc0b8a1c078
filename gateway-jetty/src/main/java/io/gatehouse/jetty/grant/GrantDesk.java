package io.gatehouse.jetty.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Where users ask for desktops that no rule gives them, and others answer. A grant is a rule behind all others for as
 * long as it lasts. Safe for use by many threads.
 */
public final class GrantDesk {
    /** The longest reason. */
    public static final int LONGEST_REASON = 200;

    private static final int ID_BYTES = 5;
    /** Clients open channels that they close at once while they connect: these are no session. */
    private static final Duration SESSION = Duration.ofSeconds(60);
    /** So long after its first session a grant for one is used, when none is open. */
    private static final Duration CONNECTING = Duration.ofMinutes(10);

    private static final int REQUESTS_A_MINUTE = 1;
    private static final int REQUESTS_AT_ONCE = 5;

    private static final String GATEWAY = "gateway";

    private final GrantSettings settings;
    private final AccessGrants grants;
    private final GrantFile file;
    private final PolicyInForce policy;
    private final Tunnels tunnels;
    private final AuditLog audit;
    private final Clock clock;
    private volatile List<GrantableDesktop> desktops;
    private final SecureRandom random = new SecureRandom();
    private final Executor executor;
    private final KeyedRateLimit<String> asked;
    private final AtomicBoolean saving = new AtomicBoolean();
    /** The one session of grants for one; used by one round at a time. */
    private final Map<String, String> only = new HashMap<>();
    /** When the first session of grants for one was seen; used by one round at a time. */
    private final Map<String, Instant> firstSeen = new HashMap<>();
    /** What was dropped before the audit log was open; used by one round at a time. */
    private List<AccessGranting> atStart;

    private List<PolicyRule> inForce = List.of();

    /**
     * A desk with what was kept in {@code file}.
     *
     * @throws GatewayStartException when the file cannot be read
     */
    public GrantDesk(
            GrantSettings settings,
            Path file,
            List<GrantableDesktop> desktops,
            PolicyInForce policy,
            Tunnels tunnels,
            AuditLog audit,
            Clock clock,
            MonotonicClock time,
            Executor executor)
            throws GatewayStartException {
        this.settings = settings;
        this.grants = new AccessGrants(clock);
        this.file = new GrantFile(file);
        this.desktops = List.copyOf(desktops);
        this.policy = policy;
        this.tunnels = tunnels;
        this.audit = audit;
        this.clock = clock;
        this.executor = executor;
        this.asked = new KeyedRateLimit<>(time, REQUESTS_A_MINUTE, REQUESTS_AT_ONCE);
        this.file.load(grants);
        List<AccessGranting> dropped = new ArrayList<>();
        for (TemporaryGrant grant : grants.grants()) {
            if (grants.isInUse(grant.id())) {
                grants.remove(grant.id());
                dropped.add(line(command(), GATEWAY, grant, Granting.USED, "its session ended with the gateway"));
            }
        }
        dropped.addAll(dropOutside());
        if (!dropped.isEmpty()) {
            this.file.changed();
        }
        this.atStart = List.copyOf(dropped);
        inForce();
    }

    /** Drops what the settings do not allow any more. */
    private List<AccessGranting> dropOutside() {
        List<AccessGranting> dropped = new ArrayList<>();
        for (TemporaryGrant grant : grants.grants()) {
            outside(grant.desktop())
                    .or(() -> problem(Duration.between(grant.since(), grant.until())))
                    .ifPresent(why -> grants.remove(grant.id())
                            .ifPresent(gone -> dropped.add(line(command(), GATEWAY, gone, Granting.REVOKED, why))));
        }
        for (AccessRequest request : grants.requests()) {
            outside(request.desktop())
                    .ifPresent(why -> grants.take(request.id())
                            .ifPresent(gone -> dropped.add(line(command(), GATEWAY, gone, Granting.DENIED, why))));
        }
        return dropped;
    }

    private Optional<String> outside(String desktop) {
        if (!settings.desktops().contains(desktop)) {
            return Optional.of("desktops of [portal.grants] does not name the desktop");
        }
        return desktop(desktop).isEmpty() ? Optional.of("there is no such [[desktop]]") : Optional.empty();
    }

    /** What may be asked for, and who answers. */
    public GrantSettings settings() {
        return settings;
    }

    /** Knows other desktops from now on. Requests and grants of those that are there stay what they are. */
    public void replace(List<GrantableDesktop> others) {
        desktops = List.copyOf(others);
        List<AccessGranting> dropped = dropOutside();
        if (!dropped.isEmpty()) {
            inForce();
            var _ = file.save(grants); // it logs why it could not
            dropped.forEach(audit::record);
            tunnels.rulesChanged(this::isLeft);
        }
    }

    /** The desktops that {@code who} may ask for, whatever the rules say. */
    public List<GrantableDesktop> askable(Identity who) {
        return settings.mayAsk(who)
                ? desktops.stream()
                        .filter(desktop -> settings.desktops().contains(desktop.name()))
                        .filter(desktop -> desktop.target(who).isPresent())
                        .toList()
                : List.of();
    }

    /** The desktop of that name. */
    public Optional<GrantableDesktop> desktop(String name) {
        return desktops.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private Optional<Target> target(String desktop, Identity who) {
        return desktop(desktop).flatMap(each -> each.target(who));
    }

    /** Those that last, and those whose sessions go on after their time. */
    public List<TemporaryGrant> grants() {
        return grants.grants();
    }

    /** Those that wait for an answer. */
    public List<AccessRequest> requests() {
        return grants.requests();
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private void tell(AuditEvent.Origin origin, String by, AccessRequest about, Granting what, String detail) {
        audit.record(line(origin, by, about, what, detail));
    }

    private void tell(AuditEvent.Origin origin, String by, TemporaryGrant about, Granting what, String detail) {
        audit.record(line(origin, by, about, what, detail));
    }

    private static AccessGranting line(
            AuditEvent.Origin origin, String by, AccessRequest about, Granting what, String detail) {
        return new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail);
    }

    private static AccessGranting line(
            AuditEvent.Origin origin, String by, TemporaryGrant about, Granting what, String detail) {
        return new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail);
    }

    /** What a restart forgets unless a later round can write it. */
    private static String notKept(String keepError) {
        return keepError.isEmpty() ? "" : " (not kept: " + keepError + ")";
    }

    /** What is wrong with a reason; empty when nothing is. */
    private static Optional<String> problem(String reason) {
        return reason.isBlank() || reason.length() > LONGEST_REASON || !PrintableText.isPrintable(reason)
                ? Optional.of("reason: expected one line of 1 to " + LONGEST_REASON + " printable characters")
                : Optional.empty();
    }

    private Optional<String> problem(Duration duration) {
        return duration.isPositive() && duration.compareTo(settings.longest()) <= 0
                ? Optional.empty()
                : Optional.of("time: expected more than zero and at most "
                        + settings.longest().toMinutes() + " minutes (longest)");
    }

    /** A user asks for a desktop. */
    public GrantAnswer ask(AuditEvent.Origin origin, Identity who, String desktop, String reason, Duration duration) {
        Target target = target(desktop, who).orElse(new Target("unknown", 1));
        AccessRequest request =
                new AccessRequest(newId(), AccountNames.key(who), desktop, target, reason, duration, now());
        Optional<String> malformed = problem(reason).or(() -> problem(duration));
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
        }
        if (askable(who).stream().noneMatch(each -> each.name().equals(desktop))) {
            return refused(origin, who, request, 403, "the user may not ask for this desktop");
        }
        if (!asked.tryCount(request.account())) {
            return refused(origin, who, request, 409, "the user asks too often");
        }
        Optional<String> tooMany = grants.ask(request);
        if (tooMany.isPresent()) {
            return refused(origin, who, request, 409, tooMany.get());
        }
        String keepError = file.save(grants);
        tell(
                origin,
                who.displayName(),
                request,
                Granting.ASKED,
                "for " + duration.toMinutes() + " min: " + reason + notKept(keepError));
        return new GrantAnswer.Done(request.id(), keepError);
    }

    private GrantAnswer refused(AuditEvent.Origin origin, Identity who, AccessRequest about, int status, String why) {
        tell(origin, who.displayName(), about, Granting.REFUSED, why);
        return new GrantAnswer.Refused(status, why);
    }

    /** Why {@code who} may not answer {@code request}; empty when they may. */
    public Optional<String> obstacle(Identity who, AccessRequest request) {
        if (!settings.mayApprove(who)) {
            return Optional.of("the user is no approver");
        }
        return request.account().equals(AccountNames.key(who)) && !settings.selfApproval()
                ? Optional.of("nobody approves their own request (self-approval = false)")
                : Optional.empty();
    }

    private Optional<GrantAnswer> notAnswered(AuditEvent.Origin origin, Identity who, String id) {
        Optional<AccessRequest> request = grants.request(id);
        if (request.isEmpty()) {
            return Optional.of(new GrantAnswer.Refused(404, "no request " + id + " waits for an answer"));
        }
        return obstacle(who, request.get()).map(why -> refused(origin, who, request.get(), 403, why));
    }

    /**
     * An approver approves.
     *
     * @param duration for how long
     * @param once whether for one session only
     */
    public GrantAnswer approve(AuditEvent.Origin origin, Identity who, String id, Duration duration, boolean once) {
        Optional<GrantAnswer> not =
                notAnswered(origin, who, id).or(() -> problem(duration).map(why -> new GrantAnswer.Refused(400, why)));
        if (not.isPresent()) {
            return not.get();
        }
        Optional<AccessRequest> request = grants.request(id);
        if (request.isEmpty()) {
            return new GrantAnswer.Refused(404, "request " + id + " was answered meanwhile");
        }
        TemporaryGrant grant = new TemporaryGrant(
                id,
                request.get().account(),
                request.get().desktop(),
                request.get().target(),
                request.get().reason(),
                now(),
                now().plus(duration),
                once,
                who.displayName());
        Optional<String> problem = grants.approve(grant);
        return problem.isPresent()
                ? refused(origin, who, request.get(), grants.request(id).isPresent() ? 409 : 404, problem.get())
                : granted(origin, who.displayName(), grant);
    }

    /** An approver says no. */
    public GrantAnswer deny(AuditEvent.Origin origin, Identity who, String id) {
        Optional<GrantAnswer> not = notAnswered(origin, who, id);
        if (not.isPresent()) {
            return not.get();
        }
        Optional<AccessRequest> taken = grants.take(id);
        if (taken.isEmpty()) {
            return new GrantAnswer.Refused(404, "request " + id + " was answered meanwhile");
        }
        String keepError = file.save(grants);
        tell(
                origin,
                who.displayName(),
                taken.get(),
                Granting.DENIED,
                taken.get().reason() + notKept(keepError));
        return new GrantAnswer.Done(id, keepError);
    }

    /**
     * An administrator grants a desktop that nobody asked for.
     *
     * @param account {@link AccountNames#key} of the user
     * @param by the administrator
     */
    public GrantAnswer add(String account, String desktop, Duration duration, boolean once, String reason, String by) {
        Optional<String> malformed = problem(reason).or(() -> problem(duration));
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
        }
        Optional<String> outside = outside(desktop);
        if (outside.isPresent()) {
            return new GrantAnswer.Refused(404, outside.get());
        }
        Optional<Target> target = target(desktop, identity(account));
        if (target.isEmpty()) {
            return new GrantAnswer.Refused(404, "there is no such desktop for this user");
        }
        return grant(
                command(),
                by,
                new TemporaryGrant(
                        newId(), account, desktop, target.get(), reason, now(), now().plus(duration), once, by));
    }

    /** The names alone. */
    private static Identity identity(String account) {
        int backslash = account.indexOf('\\');
        return new Identity(
                GATEWAY,
                GATEWAY,
                account.substring(backslash + 1),
                Optional.of(account.substring(0, Math.max(0, backslash))).filter(domain -> !domain.isEmpty()),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of());
    }

    private GrantAnswer grant(AuditEvent.Origin origin, String by, TemporaryGrant grant) {
        Optional<String> tooMany = grants.add(grant);
        if (tooMany.isPresent()) {
            return new GrantAnswer.Refused(409, tooMany.get());
        }
        return granted(origin, by, grant);
    }

    private GrantAnswer granted(AuditEvent.Origin origin, String by, TemporaryGrant grant) {
        inForce();
        String keepError = file.save(grants);
        tell(
                origin,
                by,
                grant,
                Granting.APPROVED,
                (grant.once() ? "for one session, " : "") + "until " + grant.until()
                        + (grant.reason().isEmpty() ? "" : ": " + grant.reason())
                        + notKept(keepError));
        return new GrantAnswer.Done(grant.id(), keepError);
    }

    private synchronized void inForce() {
        List<PolicyRule> now = grants.rules(settings.endsSessions() ? AtHoursEnd.DISCONNECT : AtHoursEnd.CONTINUE);
        if (!now.equals(inForce)) {
            inForce = now;
            policy.grant(now);
        }
    }

    /** An approver ends a grant. */
    public GrantAnswer revoke(AuditEvent.Origin origin, Identity who, String id) {
        if (!settings.mayApprove(who)) {
            Optional<TemporaryGrant> grant =
                    grants().stream().filter(each -> each.id().equals(id)).findFirst();
            grant.ifPresent(each -> tell(origin, who.displayName(), each, Granting.REFUSED, "the user is no approver"));
            return new GrantAnswer.Refused(grant.isPresent() ? 403 : 404, "the user is no approver");
        }
        return revoke(origin, who.displayName(), id);
    }

    /** An administrator ends a grant. */
    public GrantAnswer revoke(String id, String by) {
        return revoke(command(), by, id);
    }

    /** What is open by a grant that is revoked ends in any case. */
    private GrantAnswer revoke(AuditEvent.Origin origin, String by, String id) {
        Optional<TemporaryGrant> gone = grants.remove(id);
        if (gone.isEmpty()) {
            return new GrantAnswer.Refused(404, "there is no grant " + id);
        }
        inForce();
        String keepError = file.save(grants);
        tunnels.rulesChanged(session -> session.rule().equals(gone.get().ruleName()));
        tell(origin, by, gone.get(), Granting.REVOKED, gone.get().reason() + notKept(keepError));
        return new GrantAnswer.Done(id, keepError);
    }

    /**
     * Ends grants whose time is over, and those for one session that have had it; to be called every few seconds, by
     * one thread at a time. Writes no file itself.
     */
    public void round() {
        List<AccessGranting> told = atStart;
        atStart = List.of();
        told.forEach(audit::record);
        List<Session> sessions = tunnels.sessions();
        List<TemporaryGrant> expired = grants.expire(grant -> !settings.endsSessions() && isOpen(grant, sessions));
        List<TemporaryGrant> used = takeUsed(sessions);
        inForce();
        if (!expired.isEmpty() || !used.isEmpty() || sessions.stream().anyMatch(this::isLeft)) {
            tunnels.rulesChanged(this::isLeft);
        }
        if (!expired.isEmpty() || !used.isEmpty()) {
            file.changed();
        }
        saveBehind();
        expired.forEach(grant -> tell(command(), GATEWAY, grant, Granting.EXPIRED, "since " + grant.since()));
        used.forEach(grant -> tell(command(), GATEWAY, grant, Granting.USED, "its session has ended"));
    }

    private static boolean isOpen(TemporaryGrant grant, List<Session> sessions) {
        return sessions.stream().anyMatch(session -> session.rule().equals(grant.ruleName()));
    }

    /** Whether a session is open by a grant that is no more. */
    private boolean isLeft(Session session) {
        return TemporaryGrant.idIn(session.rule()).filter(id -> !grants.has(id)).isPresent();
    }

    private void saveBehind() {
        if (file.isUnsaved() && saving.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    try {
                        var _ = file.save(grants); // it logs why it could not; the next round tries again
                    } finally {
                        saving.set(false);
                    }
                });
            } catch (RejectedExecutionException _) { // the gateway stops
                saving.set(false);
            }
        }
    }

    private List<TemporaryGrant> takeUsed(List<Session> sessions) {
        List<TemporaryGrant> once =
                grants().stream().filter(TemporaryGrant::once).toList();
        Set<String> ids = once.stream().map(TemporaryGrant::id).collect(Collectors.toSet());
        only.keySet().retainAll(ids);
        firstSeen.keySet().retainAll(ids);
        List<TemporaryGrant> used =
                once.stream().filter(grant -> isUsed(grant, sessions)).toList();
        used.forEach(grant -> grants.remove(grant.id()));
        return used;
    }

    /** The first session that lasts is the one session: when it has ended, whatever else is open, the grant is used. */
    private boolean isUsed(TemporaryGrant grant, List<Session> sessions) {
        Instant now = clock.instant();
        List<Session> own = sessions.stream()
                .filter(session -> session.rule().equals(grant.ruleName()))
                .toList();
        String one = only.get(grant.id());
        if (one != null) {
            return own.stream().noneMatch(session -> key(session).equals(one));
        }
        own.stream()
                .min(Comparator.comparing(Session::since))
                .filter(session -> session.since().isBefore(now.minus(SESSION)))
                .ifPresent(session -> {
                    only.put(grant.id(), key(session));
                    grants.use(grant.id());
                    file.changed();
                });
        if (!own.isEmpty()) {
            firstSeen.putIfAbsent(grant.id(), now);
        }
        Instant first = firstSeen.get(grant.id());
        return own.isEmpty() && first != null && first.isBefore(now.minus(CONNECTING));
    }

    /** A tunnel may have one channel after another. */
    private static String key(Session session) {
        return session.id() + " " + session.since();
    }

    private static AuditEvent.Origin command() {
        return new AuditEvent.Origin(
                UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
    }
}
