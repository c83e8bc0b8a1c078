package io.gatehouse.api;

import java.util.Set;
import java.util.function.Function;

/**
 * Signs a client in by a dialogue of opaque tokens in one or more rounds: Basic, NTLM, Kerberos and Bearer differ only
 * in scheme and {@link Venue}. Safe for use by many threads.
 */
public non-sealed interface TokenMechanism extends Mechanism {
    /** The kind of token this mechanism understands. */
    Scheme scheme();

    /** The places that may carry its tokens. */
    Set<Venue> venues();

    /** Begins a dialogue with {@code peer}; cheap, asks no back end. */
    Conversation open(Peer peer, Venue venue);

    /** A mechanism whose clients say everything in their first token, as those of Basic and Bearer do. */
    static TokenMechanism ofOneToken(Scheme scheme, Set<Venue> venues, Function<Token, Step> answer) {
        return new TokenMechanism() {
            @Override
            public Scheme scheme() {
                return scheme;
            }

            @Override
            public Set<Venue> venues() {
                return venues;
            }

            @Override
            public Conversation open(Peer peer, Venue venue) {
                return Conversation.ofOneToken(answer);
            }
        };
    }
}
