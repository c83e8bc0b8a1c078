package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ResultCounters;
import java.security.SecureRandom;
import java.util.Set;

/** Opens Kerberos conversations. Its tokens are AP-REQs in GSS framing; SPNEGO is wrapped around it by the core. */
final class KerberosMechanism implements TokenMechanism {
    private final Acceptor acceptor;
    private final TicketIdentities identities;
    private final SecureRandom random;
    private final ResultCounters counters;

    KerberosMechanism(Acceptor acceptor, TicketIdentities identities, SecureRandom random, ResultCounters counters) {
        this.acceptor = acceptor;
        this.identities = identities;
        this.random = random;
        this.counters = counters;
    }

    @Override
    public Scheme scheme() {
        return Scheme.KERBEROS;
    }

    @Override
    public Set<Venue> venues() {
        return Set.of(Venue.HTTP_AUTHORIZATION);
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        return new KerberosConversation(this, peer);
    }

    Acceptor acceptor() {
        return acceptor;
    }

    TicketIdentities identities() {
        return identities;
    }

    SecureRandom random() {
        return random;
    }

    ResultCounters counters() {
        return counters;
    }
}
