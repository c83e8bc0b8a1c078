package io.gatehouse.api;

import java.util.Set;

/**
 * Signs a client in by a dialogue of opaque tokens in one or more rounds: Basic, NTLM, Kerberos, Bearer and the PAA
 * cookie differ only in scheme and {@link Venue}. Safe for use by many threads.
 */
public non-sealed interface TokenMechanism extends Mechanism {
    /** The kind of token this mechanism understands. */
    Scheme scheme();

    /** The places that may carry its tokens. */
    Set<Venue> venues();

    /** Begins a dialogue with {@code peer}; cheap, asks no back end. */
    Conversation open(Peer peer, Venue venue);
}
