package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Domain;
import io.gatehouse.provider.ntlm.validation.TargetNames;

/**
 * What this machine is in its domain, as winbindd says.
 *
 * @param targets the names to challenge clients with
 * @param domain the domain itself
 * @param separator what winbindd puts between domain and name
 */
record JoinedDomain(TargetNames targets, WbinfoOutput.DomainInfo domain, char separator) {
    /** Whether {@code name} is one of the domain's names. */
    boolean isOwnDomain(String name) {
        return !name.isEmpty() && (Domain.isSameName(domain.name(), name) || Domain.isSameName(domain.dnsName(), name));
    }
}
