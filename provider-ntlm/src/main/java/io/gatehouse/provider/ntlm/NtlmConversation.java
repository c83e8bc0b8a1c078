package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ntlm.NtlmCrypto;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import jcifs.ntlmssp.NtlmFlags;

/**
 * One exchange of the three NTLM messages. The challenge is drawn for this conversation and answered at most once,
 * rightly or wrongly.
 */
final class NtlmConversation implements Conversation {
    private final NtlmMechanism mechanism;
    private final Peer peer;
    private State state = new State.Opened();
    private Optional<MessageIntegrity> integrity = Optional.empty();

    private sealed interface State {
        record Opened() implements State {}

        record Challenged(NegotiateMessage negotiate, TargetNames names, ChallengeMessage challenge) implements State {}

        record Ended() implements State {}
    }

    NtlmConversation(NtlmMechanism mechanism, Peer peer) {
        this.mechanism = mechanism;
        this.peer = peer;
    }

    @Override
    public Step next(Token token) {
        State current = state;
        state = new State.Ended();
        try {
            return switch (current) {
                case State.Opened _ -> challenge(NegotiateMessage.parse(token));
                case State.Challenged challenged -> claim(challenged, AuthenticateMessage.parse(token));
                case State.Ended _ -> new Outcome.Rejected(Reason.MALFORMED, "message after the end of the exchange");
            };
        } catch (MalformedException e) {
            return new Outcome.Rejected(Reason.MALFORMED, e.reason());
        } catch (ValidatorUnavailableException e) {
            return new Outcome.Rejected(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private Step challenge(NegotiateMessage negotiate) throws ValidatorUnavailableException {
        TargetNames names = mechanism.validator().names();
        ChallengeMessage challenge = ChallengeMessage.answer(
                negotiate, names, mechanism.freshChallenge(), mechanism.clock().instant());
        state = new State.Challenged(negotiate, names, challenge);
        return new Step.Challenge(challenge.raw());
    }

    private Step claim(State.Challenged challenged, AuthenticateMessage message) throws MalformedException {
        if (message.isAnonymous()) {
            return refused("anonymous sign-in");
        }
        if (!NtlmV2Response.isNtlmV2(message.ntResponse())) {
            return refused("LM or NTLMv1 response (expected NTLMv2)");
        }
        NtlmV2Response ntlmV2 = NtlmV2Response.parse(message.ntResponse());
        if (!ntlmV2.micAnnounced() && mechanism.micPolicy() == MicPolicy.REQUIRED) {
            return refused("no message integrity code (policy: required)");
        }
        Optional<byte[]> mic = ntlmV2.micAnnounced() ? Optional.of(message.mic()) : Optional.empty();
        ChannelBindingCheck binding =
                ChannelBindingCheck.of(ntlmV2.channelBinding().map(Token::bytes), peer);
        Optional<Outcome.Rejected> refusal = binding.refusal(mechanism.channelBindingPolicy())
                .or(() -> ntlmV2.targetName()
                        .flatMap(name -> mechanism.refusalOfTargetName(name, peer, challenged.names())));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        NtlmResponse response = new NtlmResponse(
                message.user(),
                message.domain(),
                message.workstation(),
                challenged.challenge().serverChallenge(),
                ntlmV2);
        return new Step.Claim(
                mechanism.validator().account(message.user(), message.domain(), message.workstation()),
                _ -> verify(challenged, message, response, mic, binding));
    }

    private Outcome verify(
            State.Challenged challenged,
            AuthenticateMessage message,
            NtlmResponse response,
            Optional<byte[]> mic,
            ChannelBindingCheck binding) {
        return switch (mechanism.validator().validate(response)) {
            case NtlmLogon.Refused refused -> new Outcome.Rejected(refused.reason(), refused.detail());
            case NtlmLogon.Confirmed confirmed -> {
                byte[] key = exportedSessionKey(confirmed, message);
                if (mic.isPresent() && !MessageDigest.isEqual(mic(key, challenged, message), mic.get())) {
                    // Counted as a guess: whoever alters messages under way gets no free attempts at passwords.
                    yield new Outcome.Rejected(
                            Reason.BAD_CREDENTIALS, "wrong message integrity code: a message was altered under way");
                }
                yield accept(confirmed.identity(), message, key, mic.isPresent(), binding);
            }
        };
    }

    private Outcome accept(
            Identity identity,
            AuthenticateMessage message,
            byte[] key,
            boolean micVerified,
            ChannelBindingCheck binding) {
        Set<Proof> proofs = EnumSet.noneOf(Proof.class);
        proofs.addAll(identity.proofs());
        if (micVerified) {
            proofs.add(Proof.MESSAGE_INTEGRITY);
        }
        if (binding == ChannelBindingCheck.RIGHT) {
            proofs.add(Proof.CHANNEL_BINDING);
        }
        if ((message.flags() & NtlmFlags.NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY) != 0) {
            integrity = Optional.of(new NtlmIntegrity(key, message.flags()));
        }
        return Outcome.Accepted.of(identity.withProofs(proofs));
    }

    private static byte[] exportedSessionKey(NtlmLogon.Confirmed confirmed, AuthenticateMessage message) {
        byte[] base = confirmed.sessionBaseKey().bytes();
        return (message.flags() & NtlmFlags.NTLMSSP_NEGOTIATE_KEY_EXCH) == 0
                ? base
                : NtlmCrypto.rc4(
                        NtlmCrypto.rc4(base), message.encryptedSessionKey().bytes());
    }

    private static byte[] mic(byte[] exportedSessionKey, State.Challenged challenged, AuthenticateMessage message) {
        return NtlmCrypto.hmacMd5(
                exportedSessionKey,
                challenged.negotiate().raw().bytes(),
                challenged.challenge().raw().bytes(),
                message.withoutMic());
    }

    private static Outcome.Rejected refused(String detail) {
        return new Outcome.Rejected(Reason.REFUSED, detail);
    }

    @Override
    public Optional<MessageIntegrity> integrity() {
        return integrity;
    }

    @Override
    public void close() {
        state = new State.Ended();
        integrity = Optional.empty();
    }
}
