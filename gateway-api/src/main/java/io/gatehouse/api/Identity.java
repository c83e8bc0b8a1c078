package io.gatehouse.api;

import java.util.Optional;
import java.util.Set;

/**
 * A user whose credentials were verified. All names come from whoever validated them, never from the client's text.
 *
 * @param provider the name of the provider that validated, for example {@code ntlm}
 * @param method how the user signed in, for example {@code ntlm} or {@code basic}; rules match it
 * @param user the canonical account name, without domain
 * @param domain the canonical domain or realm, empty for accounts of the gateway's own
 * @param upn the user principal name, when the validator knows one
 * @param groups names of groups
 * @param sids security identifiers of user and groups, in their {@code S-1-…} text form
 * @param proofs what was verified beside the credentials
 */
public record Identity(
        String provider,
        String method,
        String user,
        Optional<String> domain,
        Optional<String> upn,
        Set<String> groups,
        Set<String> sids,
        Set<Proof> proofs) {

    /** What was verified beside the credentials themselves. */
    public enum Proof {
        /** NTLM's message integrity code over all three messages. */
        MESSAGE_INTEGRITY,
        /** The client named the TLS certificate of this very connection. */
        CHANNEL_BINDING,
        /** More than one factor. */
        MULTI_FACTOR
    }

    public Identity {
        if (user.isBlank()) {
            throw new IllegalArgumentException("identity without a user name");
        }
        groups = Set.copyOf(groups);
        sids = Set.copyOf(sids);
        proofs = Set.copyOf(proofs);
    }

    /** An account of the gateway's own: no domain, no UPN, no SIDs. */
    public static Identity local(String provider, String method, String user, Set<String> groups, Set<Proof> proofs) {
        return new Identity(provider, method, user, Optional.empty(), Optional.empty(), groups, Set.of(), proofs);
    }

    /** {@code DOMAIN\\user}, or the bare user name of an account without domain. */
    public String displayName() {
        return domain.map(name -> name + "\\" + user).orElse(user);
    }
}
