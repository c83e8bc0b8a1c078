package io.gatehouse.core.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.policy.AccountSelection;
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
 * @param endsSessions whether a session that is open by a grant ends with it
 */
public record GrantSettings(
        Set<String> desktops,
        Optional<AccountSelection> askers,
        AccountSelection approvers,
        Duration longest,
        boolean selfApproval,
        boolean endsSessions) {
    public GrantSettings {
        desktops = Set.copyOf(desktops);
    }

    /** Whether {@code identity} may ask for something. */
    public boolean mayAsk(Identity identity) {
        return !desktops.isEmpty() && askers.map(all -> all.includes(identity)).orElse(true);
    }

    /** Whether {@code identity} may approve and revoke. */
    public boolean mayApprove(Identity identity) {
        return approvers.includes(identity);
    }
}
