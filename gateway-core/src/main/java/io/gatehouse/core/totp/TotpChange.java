package io.gatehouse.core.totp;

import io.gatehouse.api.Identity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a command, or somebody with an editor, did to an account in the file of one-time codes.
 *
 * @param account {@link io.gatehouse.core.text.AccountNames#key}
 * @param detail more about it, without secrets
 */
public record TotpChange(String account, Kind kind, String detail) {
    /** What was done. */
    public enum Kind {
        /** Codes or a ticket were removed. */
        REMOVED,
        /** There is a new ticket. */
        TICKET_MADE,
        /** There are other codes, or those of an earlier time. */
        REPLACED
    }

    /** The user, as far as the name of the account says. */
    public Identity identity() {
        return SecondFactors.identity(account);
    }

    /** How {@code after} differs from {@code before}. Tickets that ended before {@code now} are missed by nobody. */
    static List<TotpChange> between(TotpRecords before, TotpRecords after, Instant now) {
        List<TotpChange> changes = new ArrayList<>();
        Set<String> explained = new HashSet<>();
        for (TotpEnrolment old : before.enrolments().values()) {
            if (after.of(old.account()).isEmpty()) {
                changes.add(new TotpChange(old.account(), Kind.REMOVED, "one-time codes were removed"));
                explained.add(old.account());
            }
        }
        for (TotpEnrolment present : after.enrolments().values()) {
            if (before.of(present.account())
                    .filter(old -> isLater(present, old))
                    .isEmpty()) {
                changes.add(new TotpChange(
                        present.account(), Kind.REPLACED, "one-time codes of another or an earlier set-up"));
            }
        }
        for (TotpTicket ticket : after.tickets()) {
            if (!before.tickets().contains(ticket)) {
                changes.add(new TotpChange(
                        ticket.account(), Kind.TICKET_MADE, "a ticket that is good until " + ticket.until()));
                explained.add(ticket.account());
            }
        }
        for (TotpTicket ticket : before.tickets()) {
            if (!after.tickets().contains(ticket) && ticket.until().isAfter(now) && explained.add(ticket.account())) {
                changes.add(new TotpChange(ticket.account(), Kind.REMOVED, "a ticket was removed"));
            }
        }
        return changes;
    }

    /** Whether {@code one} can have come from {@code old} by codes that were used. */
    private static boolean isLater(TotpEnrolment one, TotpEnrolment old) {
        return one.key().equals(old.key())
                && one.since().equals(old.since())
                && one.lastStep() >= old.lastStep()
                && old.recovery().containsAll(one.recovery());
    }
}
