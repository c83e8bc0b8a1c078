package io.gatehouse.provider.local;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** RFC 7617: one token with user name and password, checked by Shiro realms. Safe for use by many threads. */
final class BasicMechanism implements TokenMechanism {
    private final RealmChain realms;
    private final LocalNames names;

    BasicMechanism(RealmChain realms, LocalNames names) {
        this.realms = realms;
        this.names = names;
    }

    @Override
    public Scheme scheme() {
        return Scheme.BASIC;
    }

    @Override
    public Set<Venue> venues() {
        return Set.of(Venue.HTTP_AUTHORIZATION, Venue.PORTAL_FORM);
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        return Conversation.ofOneToken(token -> answer(token, peer.address()));
    }

    private Step answer(Token token, InetAddress client) {
        Optional<BasicCredentials> parsed = BasicCredentials.parse(token);
        if (parsed.isEmpty()) {
            return new Outcome.Rejected(Outcome.Reason.MALFORMED, "Basic token: " + BasicCredentials.problemOf(token));
        }
        BasicCredentials credentials = parsed.get();
        LoginName name = names.read(credentials.user());
        if (name.text().isBlank()) {
            return new Outcome.Rejected(Outcome.Reason.MALFORMED, "Basic token without a user name");
        }
        return new Step.Claim(names.claimed(name), cpu -> realms.verify(name, credentials.password(), client, cpu));
    }
}
