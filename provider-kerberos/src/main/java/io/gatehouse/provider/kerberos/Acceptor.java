package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Peer;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.signin.ChannelBindingCheck;
import io.gatehouse.formats.signin.ChannelBindingPolicy;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.IntegrityException;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import io.gatehouse.provider.kerberos.message.ApRequest;
import io.gatehouse.provider.kerberos.message.Authenticator;
import io.gatehouse.provider.kerberos.message.AuthorizationData;
import io.gatehouse.provider.kerberos.message.EncryptionKey;
import io.gatehouse.provider.kerberos.message.TicketPart;
import io.gatehouse.provider.kerberos.pac.Pac;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Decides whether an AP-REQ proves who the client is (RFC 4120 section 3.2.3). Safe for use by many threads. */
final class Acceptor {
    /** Bytes of AP options that say that the client knows channel bindings: KERB_AP_OPTIONS_CBT (MS-KILE 2.2.8). */
    private static final int AWARE_OF_CHANNEL_BINDINGS = 0x4000;

    private final ServiceKeys keys;
    private final AcceptedRealms realms;
    private final Skew clocks;
    private final ChannelBindingPolicy channelBindingPolicy;
    private final ReplayCache replays;

    Acceptor(
            ServiceKeys keys,
            AcceptedRealms realms,
            Skew clocks,
            ChannelBindingPolicy channelBindingPolicy,
            ReplayCache replays) {
        this.keys = keys;
        this.realms = realms;
        this.clocks = clocks;
        this.channelBindingPolicy = channelBindingPolicy;
        this.replays = replays;
    }

    /**
     * An AP-REQ that proves it.
     *
     * @param ticket who the client is
     * @param authenticator what the client said
     * @param sessionKey the ticket's
     * @param pac what the client's domain says of the user
     * @param binding what became of the channel binding
     * @param countsMessages whether the client asks that messages are counted
     */
    record Proven(
            TicketPart ticket,
            Authenticator authenticator,
            ProtocolKey sessionKey,
            Optional<Pac> pac,
            ChannelBindingCheck binding,
            boolean countsMessages) {}

    Proven accept(ApRequest request, Peer peer) throws RejectedException, MalformedException {
        if (request.usesSessionKey()) {
            throw RejectedException.refused("user-to-user ticket (expected one under a key of the keytab)");
        }
        ServiceKeys.Opened opened = keys.open(request.ticket());
        TicketPart ticket = opened.part();
        requireValid(ticket, peer);
        realms.require(ticket, request.ticket().realm());
        ProtocolKey sessionKey = sessionKey(ticket);
        Authenticator authenticator = authenticator(request, sessionKey);
        requireOf(ticket, authenticator);
        GssChecksum checksum = GssChecksum.parse(authenticator.checksum());
        List<AuthorizationData> said = RelevantData.flatten(authenticator.authorizationData(), "authenticator");
        ChannelBindingCheck binding = ChannelBindingCheck.of(checksum.channelBinding(), isAware(said), peer);
        Optional<Outcome.Rejected> refusal = binding.refusal(channelBindingPolicy);
        if (refusal.isPresent()) {
            throw new RejectedException(refusal.get());
        }
        Optional<Pac> pac = TicketPac.find(ticket, opened.key());
        requireFresh(request, ticket);
        return new Proven(ticket, authenticator, sessionKey, pac, binding, checksum.countsMessages());
    }

    private void requireValid(TicketPart ticket, Peer peer) throws RejectedException {
        if (ticket.isInvalid()) {
            throw RejectedException.refused("postdated ticket that the kdc did not validate");
        }
        if (ticket.isAnonymous()) {
            throw RejectedException.refused("anonymous ticket");
        }
        if (clocks.isFuture(ticket.startTime())) {
            throw RejectedException.refused("ticket is valid only in %s (is this gateway's clock slow?)"
                    .formatted(clocks.distance(ticket.startTime())));
        }
        if (clocks.isPast(ticket.endTime())) {
            throw new RejectedException(
                    Reason.EXPIRED,
                    "ticket of %s expired %s ago".formatted(ticket.clientName(), clocks.distance(ticket.endTime())));
        }
        boolean bound = ticket.addresses().stream().anyMatch(address -> address.isInternet());
        if (bound && ticket.addresses().stream().noneMatch(address -> address.is(peer.address()))) {
            throw RejectedException.refused("ticket is for other addresses than the client's");
        }
    }

    private ProtocolKey sessionKey(TicketPart ticket) throws RejectedException, MalformedException {
        EncryptionKey key = ticket.sessionKey();
        if (!keys.isAllowed(key.encryptionType())) {
            throw RejectedException.refused("session key of %s is not accepted (let client and service account use aes)"
                    .formatted(EncryptionType.nameOf(key.encryptionType())));
        }
        return ProtocolKey.of(key.encryptionType(), key.value())
                .orElseThrow(() -> new MalformedException("session key of %d bytes for %s"
                        .formatted(key.value().bytes().length, EncryptionType.nameOf(key.encryptionType()))));
    }

    private static Authenticator authenticator(ApRequest request, ProtocolKey sessionKey)
            throws RejectedException, MalformedException {
        if (request.authenticator().encryptionType() != sessionKey.type().number()) {
            throw new MalformedException("authenticator of %s under a session key of %s"
                    .formatted(
                            EncryptionType.nameOf(request.authenticator().encryptionType()),
                            sessionKey.type().displayName()));
        }
        try {
            return Authenticator.parse(sessionKey.decrypt(
                    KeyUsage.AP_REQ_AUTHENTICATOR,
                    request.authenticator().cipher().bytes()));
        } catch (IntegrityException e) {
            throw RejectedException.refused("authenticator does not fit the ticket: it was altered, or uses a ticket"
                    + " whose key he does not have");
        }
    }

    private void requireOf(TicketPart ticket, Authenticator authenticator) throws RejectedException {
        if (!authenticator.client().isSame(ticket.client())
                || !authenticator.clientRealm().equals(ticket.clientRealm())) {
            throw RejectedException.refused("authenticator of another client than the ticket's");
        }
        if (clocks.isPast(authenticator.time()) || clocks.isFuture(authenticator.time())) {
            boolean behind = authenticator.time().isBefore(clocks.now());
            throw RejectedException.refused("the client's clock is %s %s this gateway's (expected at most %s)"
                    .formatted(
                            clocks.distance(authenticator.time()),
                            behind ? "behind" : "ahead of",
                            Skew.text(clocks.skew())));
        }
    }

    private static boolean isAware(List<AuthorizationData> said) {
        return said.stream()
                .filter(data -> data.type() == AuthorizationData.AP_OPTIONS)
                .map(data -> ByteBuffer.wrap(data.data().bytes()).order(ByteOrder.LITTLE_ENDIAN))
                .anyMatch(options ->
                        options.remaining() == Integer.BYTES && (options.getInt() & AWARE_OF_CHANNEL_BINDINGS) != 0);
    }

    private void requireFresh(ApRequest request, TicketPart ticket) throws RejectedException {
        switch (replays.examine(request.authenticator().cipher().bytes(), ticket.clientName())) {
            case FRESH -> {}
            case REPLAY -> throw RejectedException.refused("replay: this authenticator was used before");
            case TOO_MANY_OF_CLIENT ->
                throw RejectedException.refused(
                        "%s signs in too often to tell replays apart".formatted(ticket.clientName()));
            case FULL -> throw RejectedException.refused("too many sign-ins by kerberos to tell replays apart");
        }
    }
}
