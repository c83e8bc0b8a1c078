package io.gatehouse.core.ticket;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.account.AccountChecks;
import io.gatehouse.core.account.AccountVerdict;
import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.net.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Authenticates clients by the handle of a device ticket, in the place of a token (MS-TSGU 2.2.10.19, PAACookie). Says
 * who it is; what they may open without more is said by {@link ApprovalDemands}. Safe for use by many threads.
 */
public final class DeviceTicketAuthentication {
    private final DeviceTickets tickets;
    private final PortalPresence portal;
    private final AccountChecks accounts;
    private final UserBlocks blocks;
    private final GuessBudget guesses;

    /** The answer to a handle. */
    public sealed interface Answer {
        /**
         * It is one of a ticket that is good.
         *
         * @param identity who, confined to the ticket's desktop
         * @param age how long ago the user was last known to be so
         */
        record Accepted(Identity identity, Duration age) implements Answer {}

        /**
         * It is not.
         *
         * @param account of the ticket, when there is one
         */
        record Refused(Optional<String> account, Rejected rejected) implements Answer {}
    }

    /** Authentication by {@code tickets}. */
    public DeviceTicketAuthentication(
            DeviceTickets tickets,
            PortalPresence portal,
            AccountChecks accounts,
            UserBlocks blocks,
            GuessBudget guesses) {
        this.tickets = tickets;
        this.portal = portal;
        this.accounts = accounts;
        this.blocks = blocks;
        this.guesses = guesses;
    }

    /** The tickets by which it authenticates. */
    public DeviceTickets tickets() {
        return tickets;
    }

    /** Looks a handle up. May block while a back end is asked about the account. */
    public Answer authenticate(String handle, InetAddress client) {
        Optional<DeviceTicket> found = tickets.find(handle);
        return found.isPresent() ? authenticate(found.get()) : unknown(client);
    }

    /** A handle cannot be guessed, but who tries guesses other things, too: it counts against the source. */
    private Answer unknown(InetAddress client) {
        Optional<GuessBudget.Charge> charge =
                guesses.charge(client, DeviceTicket.METHOD + " from " + new Source(client));
        charge.ifPresent(GuessBudget.Charge::stays);
        return charge.isPresent()
                ? refused(Optional.empty(), Reason.NOT_KNOWN, "no device ticket has this handle")
                : refused(Optional.empty(), Reason.THROTTLED, "too many unknown handles of device tickets");
    }

    private Answer authenticate(DeviceTicket ticket) {
        Identity user = tickets.signedIn(ticket);
        Optional<String> account = Optional.of(user.displayName());
        Optional<String> over = tickets.overBecause(ticket);
        if (over.isPresent()) {
            return refused(account, Reason.EXPIRED, over.get());
        }
        Optional<Rejected> blocked = blocks.refusal(user);
        if (blocked.isPresent()) {
            return new Answer.Refused(account, blocked.get());
        }
        Optional<String> without = withoutDesktop(ticket);
        if (without.isPresent()) {
            return refused(account, Reason.REFUSED, without.get());
        }
        return checked(ticket, user);
    }

    private Optional<String> withoutDesktop(DeviceTicket ticket) {
        return portal.hasDesktop(ticket.desktop(), tickets.signedIn(ticket), ticket.target())
                ? Optional.empty()
                : Optional.of("device ticket " + ticket.id() + ": the portal has no desktop " + ticket.desktop()
                        + " at " + ticket.target() + " any more");
    }

    /** Why {@code who} opens nothing any more with the ticket by which they signed in, for the audit log. */
    public Optional<String> refusal(Identity who) {
        return tickets.refusal(who)
                .or(() -> DeviceTicket.idOf(who).flatMap(tickets::byId).flatMap(this::withoutDesktop));
    }

    /** Nobody signs in for months on the word of a sign-in long ago, where somebody can be asked. */
    private Answer checked(DeviceTicket ticket, Identity user) {
        Optional<String> account = Optional.of(user.displayName());
        Duration age = tickets.knownBefore(ticket);
        return switch (accounts.check(user)) {
            case AccountVerdict.Gone(String reason) ->
                refused(account, Reason.LOCKED, "the account is gone: " + reason);
            case AccountVerdict.Active(Identity now) ->
                new Answer.Accepted(now, accounts.coversCompletely(user) ? Duration.ZERO : age);
            case AccountVerdict.NotCovered() -> new Answer.Accepted(user, age);
            case AccountVerdict.Unavailable(String _, Optional<Duration> confirmed)
            when accounts.isRecent(age) || confirmed.filter(accounts::isRecent).isPresent() ->
                new Answer.Accepted(user, age);
            case AccountVerdict.Unavailable(String reason, var _) ->
                refused(account, Reason.UNAVAILABLE, "the account cannot be checked: " + reason);
        };
    }

    private static Answer refused(Optional<String> account, Reason reason, String detail) {
        return new Answer.Refused(account, new Rejected(reason, detail));
    }
}
