package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
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
 * RFC 4178, the acceptor: takes the first mechanism of the client's list that is switched on and wraps its
 * conversation.
 *
 * <p>The client's optimistic token is used when its favourite was taken. When that mechanism finds that the token is
 * not for this server, the next mechanism of the list is taken, as if the favourite were off. When another one than the
 * favourite was taken, somebody may have edited the list on its way: then the mechListMIC, which covers the list as it
 * was received, is mandatory, with the client's last token or in one more round. A mechListMIC that is sent is always
 * verified, after the inner conversation accepted, and answered with ours. Not thread safe.
 */
final class SpnegoConversation implements Conversation {
    private final NegotiateMechanism mechanisms;
    private final Peer peer;
    private final Venue venue;
    private @Nullable Chosen chosen;
    private boolean announced;
    private Optional<String> favouritesRefusal = Optional.empty();
    private @Nullable Accepted awaitingMic;

    /** The mechanism that was taken, and what its integrity code must cover. */
    private record Chosen(
            ObjectIdentifier name,
            TokenMechanism mechanism,
            Conversation inner,
            boolean clientsFavourite,
            Token mechTypeList) {}

    SpnegoConversation(NegotiateMechanism mechanisms, Peer peer, Venue venue) {
        this.mechanisms = mechanisms;
        this.peer = peer;
        this.venue = venue;
    }

    @Override
    public Step next(Token token) {
        try {
            return explained(
                    switch (SpnegoToken.parse(token)) {
                        case Init init when chosen == null -> begin(init);
                        case Response response when chosen != null -> proceed(chosen, response);
                        case Init _ -> malformed("NegTokenInit in the middle of an exchange");
                        case Response _ -> malformed("NegTokenResp without NegTokenInit");
                    });
        } catch (MalformedSpnegoException malformed) {
            return explained(malformed(malformed.reason()));
        }
    }

    /** A rejection also says why the client's favourite was given up: that is where an administrator must look. */
    private Step explained(Step step) {
        return switch (step) {
            case Step.Claim(String account, Step.Verification verification) ->
                new Step.Claim(account, cpu -> explained(verification.verify(cpu)));
            case Step.Reply reply -> explained(reply);
        };
    }

    private Step.Reply explained(Step.Reply reply) {
        return reply instanceof Rejected(Reason reason, String detail) && favouritesRefusal.isPresent()
                ? new Rejected(reason, detail + "; before that " + favouritesRefusal.get())
                : reply;
    }

    private Step begin(Init init) {
        return choose(init, Optional.empty())
                .map(choice -> {
                    chosen = choice;
                    return first(choice, init);
                })
                .orElseGet(() -> malformed("none of the client's mechanisms is offered"));
    }

    private Optional<Chosen> choose(Init init, Optional<TokenMechanism> without) {
        for (int i = 0; i < init.mechTypes().size(); i++) {
            ObjectIdentifier name = init.mechTypes().get(i);
            Optional<TokenMechanism> ours = mechanisms.behind(name);
            if (ours.isPresent() && !ours.equals(without)) {
                Conversation inner = ours.get().open(peer, venue);
                return Optional.of(new Chosen(name, ours.get(), inner, i == 0, init.mechTypeList()));
            }
        }
        return Optional.empty();
    }

    private Step first(Chosen choice, Init init) {
        if (!choice.clientsFavourite()) {
            return new Step.Challenge(answer(choice, State.REQUEST_MIC, Optional.empty(), Optional.empty()));
        }
        if (init.mechToken().isEmpty()) {
            return new Step.Challenge(answer(choice, State.ACCEPT_INCOMPLETE, Optional.empty(), Optional.empty()));
        }
        Step step = choice.inner().next(init.mechToken().get());
        if (step instanceof Rejected(Reason reason, String detail) && reason == Reason.NOT_FOR_US) {
            Optional<Chosen> other = choose(init, Optional.of(choice.mechanism()));
            if (other.isPresent()) {
                return giveUp(choice, detail, other.get());
            }
        }
        return wrap(choice, step, init.mechListMic());
    }

    /** Only our first answer can name another mechanism than the client hopes for (RFC 4178 section 4.2.2). */
    private Step giveUp(Chosen favourite, String detail, Chosen other) {
        chosen = other;
        String scheme = favourite.mechanism().scheme().label();
        favouritesRefusal = Optional.of(scheme + ": " + detail);
        favourite.inner().close();
        return new Step.Challenge(answer(other, State.REQUEST_MIC, Optional.empty(), Optional.empty()));
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
            case Step.Claim(String account, Step.Verification verification) ->
                new Step.Claim(account, cpu -> wrap(choice, verification.verify(cpu), mic));
            case Step.Reply reply -> wrap(choice, reply, mic);
        };
    }

    private Step.Reply wrap(Chosen choice, Step.Reply inner, Optional<Token> mic) {
        return switch (inner) {
            case Step.Challenge _ when mic.isPresent() -> malformed("mechListMIC before the inner exchange ended");
            case Step.Challenge(Token token) ->
                new Step.Challenge(answer(choice, State.ACCEPT_INCOMPLETE, Optional.of(token), Optional.empty()));
            case Accepted accepted ->
                askForMic(choice, accepted, mic)
                        .<Step.Reply>map(Step.Challenge::new)
                        .orElseGet(() -> finish(choice, accepted, mic));
            case Rejected rejected -> rejected;
        };
    }

    /** The mandatory mechListMIC did not come with the client's last token: ours asks for it in a round of its own. */
    private Optional<Token> askForMic(Chosen choice, Accepted accepted, Optional<Token> mic) {
        Optional<MessageIntegrity> integrity = choice.inner().integrity();
        if (choice.clientsFavourite() || mic.isPresent() || integrity.isEmpty()) {
            return Optional.empty();
        }
        awaitingMic = accepted;
        Token ours = ours(integrity.get(), choice.mechTypeList());
        return Optional.of(answer(choice, State.ACCEPT_INCOMPLETE, accepted.farewell(), Optional.of(ours)));
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
        Optional<ObjectIdentifier> mechanism = announced ? Optional.empty() : Optional.of(choice.name());
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
    public Optional<Scheme> negotiated() {
        return Optional.ofNullable(chosen).map(choice -> choice.mechanism().scheme());
    }

    @Override
    public void close() {
        if (chosen != null) {
            chosen.inner().close();
        }
    }
}
