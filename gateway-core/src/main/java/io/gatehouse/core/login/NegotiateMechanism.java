package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.util.Optional;
import java.util.Set;

/**
 * {@code Negotiate} (RFC 4559) composed of the Kerberos and NTLM that are switched on: raw NTLMSSP, bare Kerberos, or
 * either of them chosen by SPNEGO. Safe for use by many threads.
 *
 * @param kerberos speaks for the Kerberos object identifiers
 * @param ntlm speaks for NTLMSSP, raw and inside SPNEGO
 */
record NegotiateMechanism(Optional<TokenMechanism> kerberos, Optional<TokenMechanism> ntlm) implements TokenMechanism {

    @Override
    public Scheme scheme() {
        return Scheme.NEGOTIATE;
    }

    @Override
    public Set<Venue> venues() {
        return Set.of(Venue.HTTP_AUTHORIZATION);
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        return new NegotiateConversation(this, peer, venue);
    }

    /** The mechanism behind an object identifier; both spellings of Kerberos are the same mechanism. */
    Optional<TokenMechanism> behind(ObjectIdentifier mechanism) {
        if (mechanism.equals(ObjectIdentifier.KERBEROS) || mechanism.equals(ObjectIdentifier.MS_KERBEROS)) {
            return kerberos;
        }
        return mechanism.equals(ObjectIdentifier.NTLMSSP) ? ntlm : Optional.empty();
    }
}
