package io.gatehouse.core.tunnel;

import static io.gatehouse.core.tsgu.RdgError.*;
import static io.gatehouse.core.tunnel.Endings.*;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.tsgu.Capability;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tsgu.RdgError;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.*;
import io.gatehouse.core.tunnel.TunnelEffect.*;
import io.gatehouse.core.tunnel.TunnelEvent.*;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The behaviour of a tunnel (MS-TSGU 3.3.5): a pure function from state and event to the next state and what is to be
 * done.
 *
 * <p>Every packet is answered or closes the tunnel in every state. A request that comes at the wrong time is answered
 * by the response of its own kind with E_PROXY_INTERNALERROR; everything else that comes at the wrong time closes at
 * once. KEEPALIVE is never answered, since clients echo it. Both transports and all tests drive this one machine; time
 * is an event.
 */
public final class TunnelMachine {
    private static final int PROTOCOL_RDP = 3;
    private static final int KNOWN_SCHEMES =
            ExtendedAuthScheme.SMART_CARD.bit() | ExtendedAuthScheme.PAA.bit() | ExtendedAuthScheme.SSPI_NTLM.bit();

    private final TunnelSettings settings;
    private final int tunnelId;
    private final ApprovalGate approvals;

    /**
     * A machine for one tunnel.
     *
     * @param tunnelId the id that the client is told; positive
     */
    public TunnelMachine(TunnelSettings settings, int tunnelId) {
        this.settings = settings;
        this.tunnelId = tunnelId;
        this.approvals = new ApprovalGate(settings);
    }

    /** What {@code event} does to a tunnel in {@code state}. */
    public Transition on(TunnelState state, TunnelEvent event) {
        if (state instanceof Closed) {
            return event instanceof TargetOpened ? Transition.to(state, new CloseTarget()) : Transition.to(state);
        }
        return switch (event) {
            case Received(TsguPacket.FromClient packet) -> received(state, packet);
            case Malformed(String why) -> broken(state, why);
            case SignInContinues(Token challenge) -> signInContinues(state, challenge);
            case SignInEnded(Outcome outcome) -> signInEnded(state, outcome);
            case Admitted admitted -> admitted(state, admitted);
            case NotAdmitted(String why) -> notAdmitted(state, why);
            case TargetOpened(Access.Allow allow, InetAddress address) -> targetOpened(state, allow, address);
            case TargetFailed(TargetFailure failure, String target, String why) ->
                targetFailed(state, failure, target, why);
            case ApprovalNeeded(String target, int port) -> approvals.needed(state, target, port);
            case ApprovalAnswered(boolean given, String why) -> approvals.answered(state, given, why);
            case RulesChanged() ->
                state instanceof ChannelOpen open
                        ? Reviews.review(open, ReviewCause.RULES_CHANGED)
                        : Transition.to(state);
            case Reviewed reviewed -> Reviews.reviewed(state, reviewed);
            case TargetClosed(String why) -> targetClosed(state, why);
            case TimerFired(TunnelTimer timer) -> timerFired(state, timer);
            case Terminated(boolean byAdministrator, String why) -> terminated(state, byAdministrator, why);
            case MessageForUser(String text) -> message(state, text);
            case TransportClosed(String why) -> ended(state, ClosedBy.CLIENT, why);
        };
    }

    private Transition received(TunnelState state, TsguPacket.FromClient packet) {
        if (packet instanceof KeepAlive && !(state instanceof AwaitingHandshake)) {
            return Transition.to(state);
        }
        return switch (state) {
            case AwaitingHandshake(SignIn signIn)
            when packet instanceof HandshakeRequest request -> handshake(state, signIn, request);
            case AwaitingExtendedAuth ignored
            when packet instanceof ExtendedAuth(int code, Token blob) ->
                code == 0
                        ? Transition.to(new CheckingExtendedAuth(), new Authenticate(blob))
                        : broken(state, "EXTENDED_AUTH_MSG with error code 0x" + Integer.toHexString(code));
            case AwaitingTunnelCreate(Identity identity)
            when packet instanceof TunnelCreate create -> tunnelCreate(identity, create);
            case AwaitingCookie ignored when packet instanceof TunnelCreate create -> cookie(state, create);
            case TunnelCreated created
            when packet instanceof TunnelAuth auth ->
                tunnelAuth(created, created.session().named(auth.clientName()));
            case TunnelAuthorized(Session session, int channels)
            when packet instanceof ChannelCreate create -> channelCreate(state, session, channels, create);
            case ChannelOpen open -> inOpenChannel(open, packet);
            case ClosingChannel ignored -> whileClosing(state, packet);
            case Lingering ignored -> Transition.to(state);
            case AwaitingHandshake ignored -> misplaced(state, packet);
            case AwaitingExtendedAuth ignored -> misplaced(state, packet);
            case CheckingExtendedAuth ignored -> misplaced(state, packet);
            case AwaitingTunnelCreate ignored -> misplaced(state, packet);
            case AwaitingCookie ignored -> misplaced(state, packet);
            case CheckingCookie ignored -> misplaced(state, packet);
            case Admitting ignored -> misplaced(state, packet);
            case TunnelCreated ignored -> misplaced(state, packet);
            case AwaitingApproval ignored -> misplaced(state, packet);
            case TunnelAuthorized ignored -> misplaced(state, packet);
            case Connecting ignored -> misplaced(state, packet);
            case AwaitingTargetApproval ignored -> misplaced(state, packet);
            case Closed ignored -> Transition.to(state);
        };
    }

    /** MS-TSGU 3.3.5.3.2: the bits must agree with what the HTTP level was told. */
    private Transition handshake(TunnelState state, SignIn signIn, HandshakeRequest request) {
        int asked = request.extendedAuth() & KNOWN_SCHEMES;
        int expected = TunnelState.expectedExtendedAuth(signIn);
        if (asked != expected) {
            RdgError error = E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD;
            return refuse(
                    TunnelClient.in(state),
                    new HandshakeResponse(error.hresult(), 1, 0, 0, 0),
                    error,
                    "handshake with extendedAuth " + asked + " (expected " + expected + ")");
        }
        HandshakeResponse response = new HandshakeResponse(0, 1, 0, 0, expected);
        TunnelState next = switch (signIn) {
            case SignIn.ByHttp(Identity identity) -> new AwaitingTunnelCreate(identity);
            case SignIn.InTunnel(ExtendedAuthScheme scheme) ->
                scheme == ExtendedAuthScheme.PAA ? new AwaitingCookie() : new AwaitingExtendedAuth();
        };
        return Transition.to(next, new Send(response));
    }

    private Transition tunnelCreate(Identity identity, TunnelCreate create) {
        if (create.reauthTunnelContext().isPresent()) {
            return refuseTunnel(
                    TunnelClient.of(identity), E_PROXY_NOTSUPPORTED, "reauthentication, which was not offered");
        }
        if (create.paaCookie().isPresent()) {
            return refuseTunnel(
                    TunnelClient.of(identity),
                    E_PROXY_UNSUPPORTED_AUTHENTICATION_METHOD,
                    "a cookie from a client that signed in by HTTP");
        }
        return admit(identity, create.capsFlags());
    }

    private Transition admit(Identity identity, int capsFlags) {
        if (settings.consentRequired() && !Capability.MESSAGING_CONSENT_SIGN.in(capsFlags)) {
            return refuseTunnel(
                    TunnelClient.of(identity),
                    E_PROXY_CAPABILITYMISMATCH,
                    "the client cannot show the consent message");
        }
        return Transition.to(new Admitting(identity, capsFlags), new Admit(identity));
    }

    private Transition cookie(TunnelState state, TunnelCreate create) {
        if (create.reauthTunnelContext().isPresent()) {
            return refuseTunnel(
                    TunnelClient.in(state), E_PROXY_NOTSUPPORTED, "reauthentication, which was not offered");
        }
        Optional<Token> cookie = create.paaCookie().filter(token -> token.length() > 0);
        return cookie.map(
                        token -> Transition.to(new CheckingCookie(create.capsFlags()), new AuthenticateByCookie(token)))
                .orElseGet(() -> refuseTunnel(TunnelClient.in(state), E_PROXY_COOKIE_BADPACKET, "no cookie"));
    }

    private Transition signInContinues(TunnelState state, Token challenge) {
        if (state instanceof CheckingExtendedAuth) {
            return Transition.to(new AwaitingExtendedAuth(), new Send(new ExtendedAuth(0, challenge)));
        }
        if (state instanceof CheckingCookie) {
            return refuseTunnel(
                    TunnelClient.in(state),
                    E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED,
                    "the mechanism of the cookie needs a second round");
        }
        return unexpected(state, "a sign-in result at the wrong time");
    }

    private Transition signInEnded(TunnelState state, Outcome outcome) {
        if (state instanceof CheckingExtendedAuth) {
            return switch (outcome) {
                case Outcome.Accepted(Identity identity, Optional<Token> ignored) ->
                    Transition.to(
                            new AwaitingTunnelCreate(identity),
                            new Report(new SignedIn(identity)),
                            new Send(new ExtendedAuth(0, EMPTY)));
                case Outcome.Rejected ignored -> linger(new ExtendedAuth(SEC_E_LOGON_DENIED.hresult(), EMPTY));
            };
        }
        if (state instanceof CheckingCookie(int capsFlags)) {
            return switch (outcome) {
                case Outcome.Accepted(Identity identity, Optional<Token> ignored) ->
                    prepend(new Report(new SignedIn(identity)), admit(identity, capsFlags));
                case Outcome.Rejected ignored ->
                    linger(TunnelResponse.error(E_PROXY_COOKIE_AUTHENTICATION_ACCESS_DENIED.hresult()));
            };
        }
        return unexpected(state, "a sign-in result at the wrong time");
    }

    private Transition admitted(TunnelState state, Admitted event) {
        if (!(state instanceof Admitting(Identity identity, int offered))) {
            return unexpected(state, "an admission at the wrong time");
        }
        Optional<String> text = approvals.consentText(event.approval());
        int supported = Capability.IDLE_TIMEOUT.bit() | Capability.MESSAGING_SERVICE_MSG.bit();
        if (text.isPresent()) {
            supported |= Capability.MESSAGING_CONSENT_SIGN.bit();
        }
        int capsFlags = offered & supported;
        Optional<String> consent = Capability.MESSAGING_CONSENT_SIGN.in(capsFlags) ? text : Optional.empty();
        Admission admission = event.admission();
        int idle = Capability.IDLE_TIMEOUT.in(capsFlags) ? admission.idleTimeoutMinutes() : 0;
        TunnelResponse response = new TunnelResponse(
                0, 0, OptionalInt.of(tunnelId), OptionalInt.of(capsFlags), Optional.empty(), consent);
        List<TunnelEffect> effects = new ArrayList<>();
        effects.add(new Send(response));
        if (consent.isPresent()) {
            effects.add(new Arm(TunnelTimer.LOGIN, settings.consentTimeout()));
        }
        return new Transition(
                new TunnelCreated(
                        new Session(identity, offered, capsFlags, admission.redirectionFlags(), idle),
                        consent.isPresent(),
                        event.approvalFirst()),
                effects);
    }

    private Transition notAdmitted(TunnelState state, String why) {
        return state instanceof Admitting
                ? refuseTunnel(TunnelClient.in(state), E_PROXY_NAP_ACCESSDENIED, why)
                : unexpected(state, "a refusal at the wrong time");
    }

    /** The login deadline stood still while the user read the consent message, and only then it begins anew. */
    private Transition tunnelAuth(TunnelCreated created, Session session) {
        if (created.approvalAsked()) {
            return approvals.beforeTunnel(session);
        }
        return created.consentAsked()
                ? ApprovalGate.authorized(session, new Arm(TunnelTimer.LOGIN, settings.loginDeadline()))
                : ApprovalGate.authorized(session);
    }

    /** MS-TSGU 3.3.5.3.5: the names are tried in order, then the alternatives. */
    private Transition channelCreate(TunnelState state, Session session, int channels, ChannelCreate create) {
        String target = String.join(",", create.resources()) + ":" + create.port();
        if (create.protocol() != PROTOCOL_RDP) {
            return refuse(
                    TunnelClient.in(state),
                    ChannelResponse.error(E_PROXY_NOTSUPPORTED.hresult()),
                    E_PROXY_NOTSUPPORTED,
                    "protocol " + create.protocol() + " to " + target + " (expected 3)");
        }
        List<String> names = new ArrayList<>(create.resources());
        names.addAll(create.altResources());
        return Transition.to(
                new Connecting(session, channels, names),
                new Disarm(TunnelTimer.NEXT_CHANNEL),
                new OpenTarget(session, List.copyOf(names), create.port()));
    }

    private Transition targetOpened(TunnelState state, Access.Allow allow, InetAddress address) {
        if (!(state instanceof Connecting(Session session, int channels, List<String> names))) {
            return prepend(new CloseTarget(), unexpected(state, "a target connection at the wrong time"));
        }
        int channelId = channels + 1;
        List<TunnelEffect> effects = new ArrayList<>(List.of(
                new Disarm(TunnelTimer.LOGIN),
                new Send(new ChannelResponse(0, OptionalInt.of(channelId), OptionalInt.empty(), Optional.empty())),
                new Report(new ChannelOpened(session, allow, names, address)),
                new Arm(TunnelTimer.KEEPALIVE, settings.keepalive())));
        effects.addAll(Reviews.timersOf(allow));
        effects.add(new StartRelay());
        return new Transition(new ChannelOpen(session, channelId, allow.dialled(address)), effects);
    }

    private Transition targetFailed(TunnelState state, TargetFailure failure, String target, String why) {
        if (!(state instanceof Connecting(Session ignored, int channels, List<String> names))) {
            return unexpected(state, "a target connection at the wrong time");
        }
        RdgError error = switch (failure) {
            case DENIED, DENIED_BY_ADDRESS -> E_PROXY_RAP_ACCESSDENIED;
            case UNREACHABLE -> E_PROXY_TS_CONNECTFAILED;
            case TOO_MANY -> E_PROXY_MAXCONNECTIONSREACHED;
            case SHOWS_NO_MESSAGE -> E_PROXY_CAPABILITYMISMATCH;
            case BROKEN -> E_PROXY_INTERNALERROR;
        };
        RdgError told = failure == TargetFailure.DENIED_BY_ADDRESS ? E_PROXY_TS_CONNECTFAILED : error;
        TunnelClient client = TunnelClient.in(state);
        return prepend(
                new Report(new Refused(client, error.name(), target, names, why)),
                linger(ChannelResponse.error(told.hresult())));
    }

    private Transition inOpenChannel(ChannelOpen open, TsguPacket.FromClient packet) {
        return switch (packet) {
            case Data(var payload) ->
                payload.hasRemaining() ? Transition.to(open, new WriteTarget(payload)) : Transition.to(open);
            case CloseChannel ignored -> closedByClient(open);
            case HandshakeRequest ignored -> misplaced(open, packet);
            case ExtendedAuth ignored -> misplaced(open, packet);
            case TunnelCreate ignored -> misplaced(open, packet);
            case TunnelAuth ignored -> misplaced(open, packet);
            case ChannelCreate ignored -> misplaced(open, packet);
            case CloseChannelResponse ignored -> misplaced(open, packet);
            case KeepAlive ignored -> Transition.to(open);
        };
    }

    private static Transition closedByClient(ChannelOpen open) {
        List<TunnelEffect> effects = new ArrayList<>(
                List.of(new CloseTarget(), closed(open, ClosedBy.CLIENT, "the client closed the channel")));
        effects.addAll(Reviews.noTimers());
        effects.add(new Send(new CloseChannelResponse(0)));
        effects.add(new Arm(TunnelTimer.NEXT_CHANNEL, TunnelSettings.NEXT_CHANNEL));
        return new Transition(new TunnelAuthorized(open.session(), open.channelId()), effects);
    }

    /** MS-TSGU 3.3.5.5: the client's close beats the server's; what else was on its way is dropped. */
    private Transition whileClosing(TunnelState state, TsguPacket.FromClient packet) {
        return switch (packet) {
            case CloseChannelResponse ignored -> Transition.to(new Closed(), new CloseTransport());
            case CloseChannel ignored -> linger(new CloseChannelResponse(0));
            case Data ignored -> Transition.to(state);
            case KeepAlive ignored -> Transition.to(state);
            case HandshakeRequest ignored -> misplaced(state, packet);
            case ExtendedAuth ignored -> misplaced(state, packet);
            case TunnelCreate ignored -> misplaced(state, packet);
            case TunnelAuth ignored -> misplaced(state, packet);
            case ChannelCreate ignored -> misplaced(state, packet);
        };
    }

    private Transition targetClosed(TunnelState state, String why) {
        if (!(state instanceof ChannelOpen open)) {
            return Transition.to(state);
        }
        return closeChannel(open, ERROR_BAD_ARGUMENTS, ClosedBy.TARGET, why);
    }

    private Transition timerFired(TunnelState state, TunnelTimer timer) {
        return switch (timer) {
            case KEEPALIVE ->
                state instanceof ChannelOpen
                        ? Transition.to(
                                state, new Send(new KeepAlive()), new Arm(TunnelTimer.KEEPALIVE, settings.keepalive()))
                        : Transition.to(state);
            case APPROVAL -> approvals.notAnswered(state);
            case IDLE ->
                state instanceof ChannelOpen open
                        ? Reviews.timedOut(open, ClosedBy.IDLE_TIMEOUT, "no input for the rule's idle timeout")
                        : Transition.to(state);
            case SESSION -> state instanceof ChannelOpen open ? Reviews.sessionTimedOut(open) : Transition.to(state);
            case REVIEW ->
                state instanceof ChannelOpen open ? Reviews.review(open, ReviewCause.HOURS) : Transition.to(state);
            case LOGIN ->
                state instanceof ChannelOpen
                        ? Transition.to(state)
                        : ended(state, ClosedBy.ERROR, "no open channel within the login deadline");
            case NEXT_CHANNEL ->
                state instanceof TunnelAuthorized
                        ? Transition.to(new Closed(), new CloseTransport())
                        : Transition.to(state);
            case CLOSE_ANSWER, LINGER -> Transition.to(new Closed(), new CloseTransport());
        };
    }

    /** MS-TSGU 2.2.10.13: for clients that take it, and not before the channel is open, when FreeRDP 3 breaks off. */
    private static Transition message(TunnelState state, String text) {
        return state instanceof ChannelOpen open && open.session().showsMessages()
                ? Transition.to(state, new Send(new ServiceMessage(text)))
                : Transition.to(state);
    }

    /** An administrator who ends a user ends tunnels and their tokens: the second end must not cut off the first. */
    private Transition terminated(TunnelState state, boolean byAdministrator, String why) {
        if (byAdministrator && state instanceof ClosingChannel) {
            return Transition.to(state);
        }
        ClosedBy closedBy = byAdministrator ? ClosedBy.ADMINISTRATOR : ClosedBy.SHUTDOWN;
        return state instanceof ChannelOpen open
                ? closeChannel(open, ERROR_CONNECTION_ABORTED, closedBy, why)
                : ended(state, closedBy, why);
    }
}
