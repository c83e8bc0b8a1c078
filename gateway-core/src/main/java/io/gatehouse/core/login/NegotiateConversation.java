package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sorts a {@code Negotiate} exchange by the first bytes of its first token (MS-TSGU clients send four forms) and hands
 * it to the conversation that speaks this form. Not thread safe.
 */
final class NegotiateConversation implements Conversation {
    private final NegotiateMechanism mechanisms;
    private final Peer peer;
    private final Venue venue;
    private @Nullable Conversation chosen;
    private Optional<Scheme> scheme = Optional.empty();

    NegotiateConversation(NegotiateMechanism mechanisms, Peer peer, Venue venue) {
        this.mechanisms = mechanisms;
        this.peer = peer;
        this.venue = venue;
    }

    @Override
    public Step next(Token token) {
        if (chosen == null) {
            try {
                chosen = choose(token);
            } catch (MalformedSpnegoException malformed) {
                return new Rejected(Reason.MALFORMED, malformed.reason());
            }
        }
        return chosen.next(token);
    }

    private Conversation choose(Token token) throws MalformedSpnegoException {
        if (NtlmMessages.isNtlm(token)) {
            return open(mechanisms.ntlm(), "raw NTLMSSP");
        }
        ObjectIdentifier framed = SpnegoToken.framedMechanism(token);
        if (framed.equals(ObjectIdentifier.SPNEGO)) {
            return new SpnegoConversation(mechanisms, peer, venue);
        }
        if (framed.equals(ObjectIdentifier.KERBEROS)) {
            return open(mechanisms.kerberos(), "bare Kerberos");
        }
        throw new MalformedSpnegoException("GSS framing of unknown mechanism " + framed.hex());
    }

    private Conversation open(Optional<TokenMechanism> mechanism, String form) throws MalformedSpnegoException {
        if (mechanism.isEmpty()) {
            throw new MalformedSpnegoException(form + " is not offered");
        }
        scheme = Optional.of(mechanism.get().scheme());
        return mechanism.get().open(peer, venue);
    }

    @Override
    public Optional<Scheme> negotiated() {
        return chosen == null ? Optional.empty() : chosen.negotiated().or(() -> scheme);
    }

    @Override
    public void close() {
        if (chosen != null) {
            chosen.close();
        }
    }
}
