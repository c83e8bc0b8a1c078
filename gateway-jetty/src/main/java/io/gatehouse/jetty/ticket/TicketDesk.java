package io.gatehouse.jetty.ticket;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.Ticketing;
import io.gatehouse.core.audit.AuditLog;
import io.gatehouse.core.limits.KeyedRateLimit;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.PolicyInForce;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.ticket.DeviceTicketSettings;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.core.token.IdentityClaims;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.jetty.startup.StateFile;
import io.gatehouse.jetty.tunnel.Tunnels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Makes and revokes device tickets, and keeps them over a restart. What is open by a ticket ends when it is revoked,
 * and goes on when its time is over. Safe for use by many threads.
 */
public final class TicketDesk {
    private static final int LARGEST = 256 << 20;
    private static final int TICKETS_A_MINUTE = 2;
    private static final int TICKETS_AT_ONCE = 10;
    /** When a ticket was used last is worth less than a write for each connection. */
    private static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);

    private static final String GATEWAY = "gateway";

    private final DeviceTickets tickets;
    private final StateFile file;
    private final PolicyInForce policy;
    private final Tunnels tunnels;
    private final Approvals approvals;
    private final AuditLog audit;
    private final MonotonicClock time;
    private final Executor executor;
    private final KeyedRateLimit<String> made;
    private volatile long saved;
    /** By the monotonic clock; used by one round at a time. */
    private long nextWrite;

    /** What a ticket's end came to. */
    public sealed interface End {
        /**
         * It is over.
         *
         * @param ended how many tunnels ended with it
         * @param keepError why a restart brings it back; empty when it does not
         */
        record Done(DeviceTicket ticket, int ended, String keepError) implements End {}

        /** There is none that is good. */
        record Unknown() implements End {}
    }

    /**
     * What the end of all tickets of an account came to.
     *
     * @param tickets how many ended
     * @param keepError why a restart brings them back; empty when it does not
     */
    public record AllEnded(int tickets, String keepError) {}

    /**
     * A desk with what was kept in {@code file}.
     *
     * @throws GatewayStartException when the file cannot be read
     */
    TicketDesk(
            DeviceTickets tickets,
            Path file,
            PolicyInForce policy,
            Tunnels tunnels,
            Approvals approvals,
            AuditLog audit,
            MonotonicClock time,
            Executor executor)
            throws GatewayStartException {
        this.tickets = tickets;
        this.file = file(file);
        this.policy = policy;
        this.tunnels = tunnels;
        this.approvals = approvals;
        this.audit = audit;
        this.time = time;
        this.executor = executor;
        this.made = new KeyedRateLimit<>(time, TICKETS_A_MINUTE, TICKETS_AT_ONCE);
        this.file.load("[portal.device-tickets]", tickets::restore);
        this.saved = tickets.changes();
        this.nextWrite = time.nanos();
    }

    /** What keeps tickets over a restart in {@code path}. */
    public static StateFile file(Path path) {
        return new StateFile(path, "device tickets", LARGEST);
    }

    /** How many tickets are good. */
    public int count() {
        return tickets.count();
    }

    /** How tickets are made and used. */
    public DeviceTicketSettings settings() {
        return tickets.settings();
    }

    /**
     * Makes a ticket, and keeps it: nobody gets a file that the gateway forgets.
     *
     * @param user as signed in at the portal
     * @param device {@link DeviceTickets#nameProblem a good name}
     * @return why there is none, which is in the audit log
     */
    public Parsed<DeviceTickets.Made> make(
            AuditEvent.Origin origin, Identity user, String desktop, Target target, String device) {
        if (!made.tryCount(AccountNames.key(user))) {
            return refused(origin, user, desktop, target, device, "too many device tickets in a short time");
        }
        return switch (tickets.make(fitting(user), desktop, target, device)) {
            case Parsed.Faulty<DeviceTickets.Made>(String problem) ->
                refused(origin, user, desktop, target, device, problem);
            case Parsed.Valid<DeviceTickets.Made>(DeviceTickets.Made ticket) -> {
                String keepError = save();
                if (!keepError.isEmpty()) {
                    tickets.revoke(ticket.ticket().id());
                    yield refused(origin, user, desktop, target, device, keepError);
                }
                tell(
                        origin,
                        user.displayName(),
                        ticket.ticket(),
                        Ticketing.MADE,
                        "until " + ticket.ticket().expires());
                yield Parsed.valid(ticket);
            }
        };
    }

    private Parsed<DeviceTickets.Made> refused(
            AuditEvent.Origin origin, Identity user, String desktop, Target target, String device, String why) {
        audit.record(new AuditEvent.DeviceTicketing(
                origin,
                user.displayName(),
                user.displayName(),
                "",
                device,
                desktop,
                target.toString(),
                Ticketing.REFUSED,
                why));
        return Parsed.faulty(why);
    }

    /** The user with all groups and claims, or with those that the rules name when there are too many. */
    private Identity fitting(Identity user) {
        return IdentityClaims.canHold(user) ? user : policy.get().condensed(user);
    }

    /** The user signed in at the portal: their tickets have these groups and claims from now on. */
    public void known(Identity user) {
        tickets.known(fitting(user));
    }

    /** The good tickets of a user. */
    public List<DeviceTicket> of(Identity user) {
        return tickets.of(user);
    }

    /** A page of the good tickets, as {@link DeviceTickets#page}. */
    public Parsed<ListPage<DeviceTicket>> page(Predicate<DeviceTicket> filter, int limit, Optional<String> after) {
        return tickets.page(filter, limit, after);
    }

    /** The good ticket of that id. */
    public Optional<DeviceTicket> good(String id) {
        return tickets.good(id);
    }

    /** A user ends one of their own tickets. */
    public End revokeOwn(AuditEvent.Origin origin, Identity user, String id) {
        return of(user).stream().anyMatch(ticket -> ticket.id().equals(id))
                ? revoke(origin, user.displayName(), id, "revoked by the user at the portal")
                : new End.Unknown();
    }

    /** Ends a ticket whose file nobody got. */
    public void withdraw(AuditEvent.Origin origin, DeviceTicket ticket, String why) {
        var _ = revoke(origin, GATEWAY, ticket.id(), why);
    }

    /** An administrator ends a ticket. */
    public End revoke(String id, String by) {
        return revoke(AuditEvent.Origin.ofCommand(), by, id, "revoked by an administrator");
    }

    private End revoke(AuditEvent.Origin origin, String by, String id, String why) {
        Optional<DeviceTicket> ticket = tickets.revoke(id);
        if (ticket.isEmpty()) {
            return new End.Unknown();
        }
        int ended = end(id, "device ticket: " + why);
        String keepError = save();
        tell(origin, by, ticket.get(), Ticketing.REVOKED, why + notKept(keepError));
        return new End.Done(ticket.get(), ended, keepError);
    }

    /** Ends what is open by a ticket, and what is asked about it; how many tunnels ended. */
    private int end(String id, String why) {
        int ended = tunnels.endToken(id, why);
        approvals.forgetToken(id, why);
        return ended;
    }

    /** A user ends all their tickets, and what is open by them. */
    public AllEnded revokeAllOwn(AuditEvent.Origin origin, Identity user, String why) {
        return ended(
                origin, tickets.revokeAll(AccountScope.everywhere(user), Optional.empty()), user.displayName(), why);
    }

    /**
     * The gateway ends all tickets of an account, which was ended or is gone, and what is open by them.
     *
     * @param until those that were made by then; empty for all
     */
    public AllEnded endAll(AccountScope account, Optional<Instant> until, String why) {
        return ended(AuditEvent.Origin.ofCommand(), tickets.revokeAll(account, until), GATEWAY, why);
    }

    private AllEnded ended(AuditEvent.Origin origin, List<DeviceTicket> ended, String by, String why) {
        if (ended.isEmpty()) {
            return new AllEnded(0, "");
        }
        ended.forEach(ticket -> end(ticket.id(), why));
        String keepError = save();
        ended.forEach(ticket -> tell(origin, by, ticket, Ticketing.REVOKED, why + notKept(keepError)));
        return new AllEnded(ended.size(), keepError);
    }

    private static String notKept(String keepError) {
        return keepError.isEmpty() ? "" : "; not kept: " + keepError;
    }

    private String save() {
        long now = tickets.changes();
        String keepError = file.save(tickets::text);
        if (keepError.isEmpty()) {
            saved = now;
        }
        return keepError;
    }

    /**
     * Tells of tickets whose time is over, and writes what changed; to be called every few seconds, by one thread at a
     * time. Writes no file itself.
     */
    public void round() {
        List<DeviceTicket> expired = tickets.newlyExpired();
        for (DeviceTicket ticket : expired) {
            tell(AuditEvent.Origin.ofCommand(), GATEWAY, ticket, Ticketing.EXPIRED, expiry(ticket));
            approvals.forgetToken(ticket.id(), "device ticket " + ticket.id() + " expired at " + ticket.expires());
        }
        if (!expired.isEmpty()) {
            nextWrite = time.nanos(); // or a restart tells of them again
        }
        if (saved != tickets.changes() && time.hasReached(nextWrite) && file.saveBehind(executor, this::saveLater)) {
            nextWrite = time.in(BETWEEN_WRITES);
        }
    }

    private void saveLater() {
        var _ = save(); // it logs why it could not; a later round tries again
    }

    private static String expiry(DeviceTicket ticket) {
        return "made " + ticket.made() + ", expired " + ticket.expires();
    }

    /** Writes what changed since the last time, at the end of the gateway. */
    public void close() {
        if (saved != tickets.changes()) {
            var _ = save(); // it logs why it could not
        }
    }

    private void tell(AuditEvent.Origin origin, String by, DeviceTicket ticket, Ticketing what, String detail) {
        audit.record(new AuditEvent.DeviceTicketing(
                origin,
                by,
                ticket.user().displayName(),
                ticket.id(),
                ticket.device(),
                ticket.desktop(),
                ticket.target().toString(),
                what,
                detail));
    }
}
