package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import java.util.Optional;
import java.util.Set;

/**
 * An account as winbindd names it.
 *
 * @param sid its own SID
 * @param domain the NetBIOS name of its domain
 * @param name its name there, as the directory spells it
 * @param sids its own SID and those of all its groups, nested ones too
 * @param groups names of groups as rules have them
 */
record WinbindUser(String sid, String domain, String name, Set<String> sids, Set<String> groups) {
    WinbindUser {
        sids = Set.copyOf(sids);
        groups = Set.copyOf(groups);
    }

    /** Winbind knows no user principal names. */
    Identity identity(String provider, Domains domains) {
        return new Identity(
                        provider,
                        "ntlm",
                        name,
                        Optional.of(domains.canonical(domain)),
                        Optional.empty(),
                        Set.of(),
                        sids,
                        Set.of())
                .withGroupsAsInRules(groups);
    }
}
