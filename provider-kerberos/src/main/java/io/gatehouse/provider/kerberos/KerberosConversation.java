package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.kerberos.message.ApRequest;
import io.gatehouse.provider.kerberos.message.GssToken;
import java.util.Optional;

/** One AP-REQ and its answer. There is no claim: nothing is guessed, a ticket is right or it is not. */
final class KerberosConversation implements Conversation {
    private final KerberosMechanism mechanism;
    private final Peer peer;
    private boolean ended;
    private Optional<MessageIntegrity> integrity = Optional.empty();

    KerberosConversation(KerberosMechanism mechanism, Peer peer) {
        this.mechanism = mechanism;
        this.peer = peer;
    }

    @Override
    public Step next(Token token) {
        return mechanism.counters().count(judge(token));
    }

    private Outcome judge(Token token) {
        if (ended) {
            return new Outcome.Rejected(Reason.MALFORMED, "token after the end of the exchange");
        }
        ended = true;
        try {
            GssToken gss = GssToken.parse(token);
            if (gss.id() != GssToken.AP_REQ) {
                throw new MalformedException("kerberos token of id 0x%04x (expected 0x0100)".formatted(gss.id()));
            }
            ApRequest request = ApRequest.parse(gss.message().bytes());
            Acceptor.Proven proven = mechanism.acceptor().accept(request, peer);
            Identity identity = mechanism.identities().identity(proven);
            Established established = Established.of(proven, request.mutualRequired(), mechanism.random());
            integrity = established.integrity();
            return new Outcome.Accepted(
                    identity,
                    established.reply().map(reply -> new GssToken(gss.mechanism(), GssToken.AP_REP, reply).encode()));
        } catch (MalformedException e) {
            return new Outcome.Rejected(Reason.MALFORMED, e.reason());
        } catch (RejectedException e) {
            return e.rejection();
        }
    }

    @Override
    public Optional<MessageIntegrity> integrity() {
        return integrity;
    }

    @Override
    public void close() {
        ended = true;
        integrity = Optional.empty();
    }
}
