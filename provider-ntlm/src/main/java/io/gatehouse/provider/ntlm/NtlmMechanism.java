package io.gatehouse.provider.ntlm;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Opens NTLM conversations. Its tokens are raw NTLMSSP messages at either venue; SPNEGO is wrapped around it by the
 * core.
 */
final class NtlmMechanism implements TokenMechanism {
    private final NtlmValidator validator;
    private final ChannelBindingPolicy channelBindingPolicy;
    private final MicPolicy micPolicy;
    private final ProviderContext context;

    NtlmMechanism(
            NtlmValidator validator,
            ChannelBindingPolicy channelBindingPolicy,
            MicPolicy micPolicy,
            ProviderContext context) {
        this.validator = validator;
        this.channelBindingPolicy = channelBindingPolicy;
        this.micPolicy = micPolicy;
        this.context = context;
    }

    @Override
    public Scheme scheme() {
        return Scheme.NTLM;
    }

    /** Inside the tunnel no channel binding may be asked for, so who requires one cannot be signed in there. */
    @Override
    public Set<Venue> venues() {
        return channelBindingPolicy == ChannelBindingPolicy.REQUIRED
                ? Set.of(Venue.HTTP_AUTHORIZATION)
                : Set.of(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH);
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        return new NtlmConversation(this, peer);
    }

    NtlmValidator validator() {
        return validator;
    }

    ChannelBindingPolicy channelBindingPolicy() {
        return channelBindingPolicy;
    }

    /**
     * Why the client's {@code targetName} is refused, if so: it must be a name of the gateway, unless nothing is looked
     * at.
     *
     * @param own the names that the client was told
     */
    Optional<Outcome.Rejected> refusalOfTargetName(String targetName, Peer peer, TargetNames own) {
        if (channelBindingPolicy == ChannelBindingPolicy.OFF) {
            return Optional.empty();
        }
        return TargetNameCheck.refusal(
                targetName, peer.serverNames().and(List.of(context.serverName(), own.computer(), own.dnsComputer())));
    }

    MicPolicy micPolicy() {
        return micPolicy;
    }

    Clock clock() {
        return context.clock();
    }

    byte[] freshChallenge() {
        byte[] challenge = new byte[ChallengeMessage.CHALLENGE_LENGTH];
        context.random().nextBytes(challenge);
        return challenge;
    }
}
