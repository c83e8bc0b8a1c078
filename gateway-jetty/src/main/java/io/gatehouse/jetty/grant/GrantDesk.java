package io.gatehouse.jetty.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.AccessGranting;
import io.gatehouse.core.audit.AuditEvent.Granting;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.grant.AccessGrants;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PolicyInForce;
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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

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
    /** Those for one session that have one; used by one round at a time. */
    private final Set<String> inUse = new HashSet<>();

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
            Clock clock)
            throws GatewayStartException {
        this.settings = settings;
        this.grants = new AccessGrants(clock);
        this.file = new GrantFile(file);
        this.desktops = List.copyOf(desktops);
        this.policy = policy;
        this.tunnels = tunnels;
        this.audit = audit;
        this.clock = clock;
        this.file.load(grants);
        policy.grant(grants.rules());
    }

    /** What may be asked for, and who answers. */
    public GrantSettings settings() {
        return settings;
    }

    /** Knows other desktops from now on. Requests and grants stay what they are. */
    public void replace(List<GrantableDesktop> others) {
        desktops = List.copyOf(others);
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

    /** Those that last. */
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
        audit.record(new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail));
    }

    private void tell(AuditEvent.Origin origin, String by, TemporaryGrant about, Granting what, String detail) {
        audit.record(new AccessGranting(
                origin, by, about.account(), about.desktop(), about.target().toString(), about.id(), what, detail));
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
        Optional<String> tooMany = grants.ask(request);
        if (tooMany.isPresent()) {
            return refused(origin, who, request, 409, tooMany.get());
        }
        String keepError = file.save(grants);
        tell(origin, who.displayName(), request, Granting.ASKED, "for " + duration.toMinutes() + " min: " + reason);
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
        Optional<AccessRequest> taken = grants.take(id);
        return taken.isPresent()
                ? grant(
                        origin,
                        who.displayName(),
                        new TemporaryGrant(
                                id,
                                taken.get().account(),
                                taken.get().desktop(),
                                taken.get().target(),
                                taken.get().reason(),
                                now(),
                                now().plus(duration),
                                once,
                                who.displayName()))
                : new GrantAnswer.Refused(404, "request " + id + " was answered meanwhile");
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
                taken.get().reason());
        return new GrantAnswer.Done(id, keepError);
    }

    /**
     * An administrator grants a desktop that nobody asked for.
     *
     * @param account {@link AccountNames#key} of the user
     * @param by the administrator
     */
    public GrantAnswer add(String account, String desktop, Duration duration, boolean once, String reason, String by) {
        Optional<String> malformed = problem(duration);
        if (malformed.isPresent()) {
            return new GrantAnswer.Refused(400, malformed.get());
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
        inForce();
        String keepError = file.save(grants);
        tell(
                origin,
                by,
                grant,
                Granting.APPROVED,
                (grant.once() ? "for one session, " : "") + "until " + grant.until()
                        + (grant.reason().isEmpty() ? "" : ": " + grant.reason()));
        return new GrantAnswer.Done(grant.id(), keepError);
    }

    private synchronized void inForce() {
        policy.grant(grants.rules());
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
        tell(origin, by, gone.get(), Granting.REVOKED, gone.get().reason());
        review(gone.get());
        return new GrantAnswer.Done(id, keepError);
    }

    private void review(TemporaryGrant gone) {
        tunnels.rulesChanged(session -> session.rule().equals(gone.ruleName()));
    }

    /** Ends grants whose time is over, and those for one session that have had it; to be called every few seconds. */
    public void round() {
        List<TemporaryGrant> expired = grants.takeExpired();
        List<TemporaryGrant> used = takeUsed();
        if (expired.isEmpty() && used.isEmpty()) {
            return;
        }
        inForce();
        var _ = file.save(grants); // it logs why it could not
        expired.forEach(grant -> {
            tell(command(), GATEWAY, grant, Granting.EXPIRED, "since " + grant.since());
            if (settings.endsSessions()) {
                review(grant);
            }
        });
        used.forEach(grant -> tell(command(), GATEWAY, grant, Granting.USED, "its session has ended"));
    }

    private List<TemporaryGrant> takeUsed() {
        List<TemporaryGrant> once =
                grants().stream().filter(TemporaryGrant::once).toList();
        if (once.isEmpty()) {
            return List.of();
        }
        List<Session> sessions = tunnels.sessions();
        Instant begun = clock.instant().minus(SESSION);
        List<TemporaryGrant> used = once.stream()
                .filter(grant -> {
                    List<Session> own = sessions.stream()
                            .filter(session -> session.rule().equals(grant.ruleName()))
                            .toList();
                    if (own.stream().anyMatch(session -> session.since().isBefore(begun))) {
                        inUse.add(grant.id());
                    }
                    return own.isEmpty() && inUse.contains(grant.id());
                })
                .toList();
        used.forEach(grant -> {
            inUse.remove(grant.id());
            grants.remove(grant.id());
        });
        return used;
    }

    private static AuditEvent.Origin command() {
        return new AuditEvent.Origin(
                UUID.randomUUID().toString(), InetAddress.getLoopbackAddress(), Optional.empty(), "command");
    }
}
