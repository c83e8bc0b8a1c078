package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.login.SpnegoToken.Init;
import io.gatehouse.core.login.SpnegoToken.Response;
import io.gatehouse.core.login.SpnegoToken.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4178, the acceptor: takes the first mechanism of the client's list that is switched on and wraps its conversation.
 *
 * <p>The client's optimistic token is used when its favourite was taken. When another one was, somebody may have edited the
 * list on its way: then the mechListMIC, which covers the list as it was received, is mandatory. A mechListMIC that is sent is
 * always verified, after the inner conversation accepted, and answered with ours. Not thread safe.
 */
final class SpnegoConversation implements Conversation {
    private final NegotiateMechanism mechanisms;
    private final Peer peer;
    private final Venue venue;
    private @Nullable Chosen chosen;
    private boolean announced;
    private @Nullable Accepted awaitingMic;

    /** The mechanism that was taken, and what its integrity code must cover. */
    private record Chosen(
            ObjectIdentifier mechanism, Conversation inner, boolean clientsFavourite, Token mechTypeList) {}

    SpnegoConversation(NegotiateMechanism mechanisms, Peer peer, Venue venue) {
        this.mechanisms = mechanisms;
        this.peer = peer;
        this.venue = venue;
    }

    @Override
    public Step next(Token token) {
        try {
            return switch (SpnegoToken.parse(token)) {
                case Init init when chosen == null -> begin(init);
                case Response response when chosen != null -> proceed(chosen, response);
                case Init _ -> malformed("NegTokenInit in the middle of an exchange");
                case Response _ -> malformed("NegTokenResp without NegTokenInit");
            };
        } catch (MalformedSpnegoException malformed) {
            return malformed(malformed.reason());
        }
    }

    private Step begin(Init init) {
        for (int i = 0; i < init.mechTypes().size(); i++) {
            ObjectIdentifier mechanism = init.mechTypes().get(i);
            Optional<TokenMechanism> ours = mechanisms.behind(mechanism);
            if (ours.isPresent()) {
                Conversation inner = ours.get().open(peer, venue);
                Chosen choice = new Chosen(mechanism, inner, i == 0, init.mechTypeList());
                chosen = choice;
                return first(choice, init);
            }
        }
        return malformed("none of the client's mechanisms is offered");
    }

    private Step first(Chosen choice, Init init) {
        if (choice.clientsFavourite() && init.mechToken().isPresent()) {
            return wrap(choice, choice.inner().next(init.mechToken().get()), init.mechListMic());
        }
        State state = choice.clientsFavourite() ? State.ACCEPT_INCOMPLETE : State.REQUEST_MIC;
        return new Step.Challenge(answer(choice, state, Optional.empty(), Optional.empty()));
    }

    private Step proceed(Chosen choice, Response response) {
        if (response.state().equals(Optional.of(State.REJECT))) {
            return malformed("the client rejects the negotiation");
        }
        if (awaitingMic != null) {
            return response.responseToken().isPresent()
                    ? malformed("a token after the inner exchange ended")
                    : confirm(choice, awaitingMic, response.mechListMic());
        }
        if (response.responseToken().isEmpty()) {
            return malformed("NegTokenResp without responseToken");
        }
        return wrap(choice, choice.inner().next(response.responseToken().get()), response.mechListMic());
    }

    private Step wrap(Chosen choice, Step inner, Optional<Token> mic) {
        return switch (inner) {
            case Step.Challenge _ when mic.isPresent() -> malformed("mechListMIC before the inner exchange ended");
            case Step.Challenge(Token token) ->
                new Step.Challenge(answer(choice, State.ACCEPT_INCOMPLETE, Optional.of(token), Optional.empty()));
            case Step.Claim(String account, Step.Verification verification) ->
                new Step.Claim(account, () -> verify(choice, verification, mic));
            case Accepted accepted -> accept(choice, accepted, mic);
            case Rejected rejected -> rejected;
        };
    }

    private Outcome verify(Chosen choice, Step.Verification verification, Optional<Token> mic) {
        return switch (verification.verify()) {
            case Accepted accepted -> finish(choice, accepted, mic);
            case Rejected rejected -> rejected;
        };
    }

    /** A mechanism that ends with our token (Kerberos) leaves the client to send its mechListMIC in one more round. */
    private Step accept(Chosen choice, Accepted accepted, Optional<Token> mic) {
        Optional<MessageIntegrity> integrity = choice.inner().integrity();
        if (choice.clientsFavourite() || mic.isPresent() || integrity.isEmpty()) {
            return finish(choice, accepted, mic);
        }
        awaitingMic = accepted;
        return new Step.Challenge(answer(
                choice,
                State.ACCEPT_INCOMPLETE,
                accepted.farewell(),
                Optional.of(ours(integrity.get(), choice.mechTypeList()))));
    }

    private Outcome confirm(Chosen choice, Accepted accepted, Optional<Token> mic) {
        Optional<MessageIntegrity> integrity = choice.inner().integrity();
        if (mic.isEmpty() || integrity.isEmpty() || !isRight(integrity.get(), choice, mic.get())) {
            return malformed("mechListMIC is missing or wrong");
        }
        return accepted(choice, accepted, Optional.empty(), Optional.empty());
    }

    private Outcome finish(Chosen choice, Accepted accepted, Optional<Token> mic) {
        if (mic.isEmpty()) {
            return choice.clientsFavourite()
                    ? accepted(choice, accepted, accepted.farewell(), Optional.empty())
                    : malformed("mechListMIC is missing");
        }
        Optional<MessageIntegrity> integrity = choice.inner().integrity();
        if (integrity.isEmpty()) {
            return malformed("mechListMIC without keys to verify it");
        }
        if (!isRight(integrity.get(), choice, mic.get())) {
            return malformed("mechListMIC is wrong");
        }
        return accepted(
                choice, accepted, accepted.farewell(), Optional.of(ours(integrity.get(), choice.mechTypeList())));
    }

    private Accepted accepted(Chosen choice, Accepted accepted, Optional<Token> token, Optional<Token> mic) {
        return new Accepted(accepted.identity(), Optional.of(answer(choice, State.ACCEPT_COMPLETED, token, mic)));
    }

    /** One answer; only the first names the mechanism. */
    private Token answer(Chosen choice, State state, Optional<Token> token, Optional<Token> mic) {
        Optional<ObjectIdentifier> mechanism = announced ? Optional.empty() : Optional.of(choice.mechanism());
        announced = true;
        return new Response(Optional.of(state), mechanism, token, mic).encode();
    }

    private static boolean isRight(MessageIntegrity integrity, Chosen choice, Token mic) {
        return integrity.verify(choice.mechTypeList().bytes(), mic.bytes());
    }

    private static Token ours(MessageIntegrity integrity, Token mechTypeList) {
        return Token.of(integrity.sign(mechTypeList.bytes()));
    }

    private static Rejected malformed(String detail) {
        return new Rejected(Reason.MALFORMED, detail);
    }

    @Override
    public void close() {
        if (chosen != null) {
            chosen.inner().close();
        }
    }
}
