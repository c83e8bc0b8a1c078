package io.gatehouse.core.grant;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.PersonNames;
import io.gatehouse.formats.text.PrintableText;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What may be asked for, and by whom it is answered.
 *
 * @param desktops names of desktops that may be asked for
 * @param askers who may ask; everybody who signs in at the portal when absent
 * @param approvers who answers
 * @param longest the longest time that is granted
 * @param selfApproval whether approvers may answer what they asked themselves
 * @param terms what holds for every grant
 * @param domains tell which names can be those of one person
 */
public record GrantSettings(
        Set<String> desktops,
        Optional<AccountSelection> askers,
        AccountSelection approvers,
        Duration longest,
        boolean selfApproval,
        GrantTerms terms,
        Domains domains) {
    /** The longest reason, in characters. */
    public static final int LONGEST_REASON = 200;

    public GrantSettings {
        desktops = Set.copyOf(desktops);
    }

    /** What is wrong with the reason of a request; empty when nothing is. */
    public static Optional<String> problem(String reason) {
        return reason.isBlank() || reason.length() > LONGEST_REASON || !PrintableText.isPrintable(reason)
                ? Optional.of("reason: expected one line of 1 to " + LONGEST_REASON + " printable characters")
                : Optional.empty();
    }

    /** Why nothing is granted for {@code duration}; empty when something may be. */
    public Optional<String> problem(Duration duration) {
        return duration.isPositive() && duration.compareTo(longest) <= 0
                ? Optional.empty()
                : Optional.of(
                        "time: expected more than zero and at most " + longest.toMinutes() + " minutes (longest)");
    }

    /** Whether {@code identity} may ask for something. */
    public boolean mayAsk(Identity identity) {
        return !desktops.isEmpty() && askers.map(all -> all.includes(identity)).orElse(true);
    }

    /**
     * {@code identity} with what {@link #mayAsk} reads of it, what an account is asked about by, and its names, to be
     * kept for long.
     */
    public Identity condensed(Identity identity) {
        return askers.map(all -> all.condensed(identity))
                .orElseGet(() -> AccountNames.withoutGroups(identity))
                .withClaims(PersonNames.claims(identity));
    }

    /** Whether {@code who} can have asked for it, by whatever name. */
    public boolean isOwn(Identity who, AccessRequest request) {
        return PersonNames.of(who, domains).canBe(PersonNames.of(request.asker(), domains));
    }

    /** Whether a session that is open by a grant ends with it. */
    public boolean endsSessions() {
        return terms.atEnd() == AtHoursEnd.DISCONNECT;
    }

    /** Whether {@code identity} may approve and revoke. */
    public boolean mayApprove(Identity identity) {
        return approvers.includes(identity);
    }
}
