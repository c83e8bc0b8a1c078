package io.gatehouse.core.tunnel;

import static io.gatehouse.core.tunnel.Samples.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Token;
import io.gatehouse.core.audit.AuditEvent.ClosedBy;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Admission;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tsgu.TsguPacket.*;
import io.gatehouse.core.tunnel.TunnelEvent.TargetFailure;
import io.gatehouse.core.tunnel.TunnelState.*;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TunnelMachineTest {
    private final TunnelMachine machine = new TunnelMachine(SETTINGS, 10);
    private final ChannelOpen open = new ChannelOpen(SESSION, 1, ALLOW);

    @Test
    void aClientThatSignedInByHttpGetsItsChannel() {
        TunnelState state = TunnelState.initial(new SignIn.ByHttp(ALICE));

        Transition handshake = received(state, HANDSHAKE);
        assertThat(sent(handshake)).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));

        Transition create = received(handshake.next(), TUNNEL_CREATE);
        assertThat(create.effects()).containsExactly(new TunnelEffect.Admit(ALICE));

        Transition admitted = machine.on(create.next(), new TunnelEvent.Admitted(new Admission(0x01, 120)));
        assertThat(sent(admitted))
                .isEqualTo(new TunnelResponse(
                        0, 0, OptionalInt.of(10), OptionalInt.of(0x08), Optional.empty(), Optional.empty()));

        Transition authorized = received(admitted.next(), TUNNEL_AUTH);
        assertThat(sent(authorized))
                .isEqualTo(new TunnelAuthResponse(0, OptionalInt.of(0x01), OptionalInt.of(0), Optional.empty()));

        Transition connecting = received(authorized.next(), CHANNEL_CREATE);
        assertThat(connecting.effects())
                .contains(new TunnelEffect.OpenTarget(
                        new TunnelState.Session(ALICE, 0x0D, 0x08, 0x01, 0).named("laptop"),
                        List.of("desk.lab", "desk"),
                        3389));

        Transition opened = machine.on(connecting.next(), new TunnelEvent.TargetOpened(ALLOW, ADDRESS));
        assertThat(Summary.of(opened))
                .isEqualTo("ChannelOpen [Disarm LOGIN, Send ChannelResponse 0x0, Report, Arm KEEPALIVE, Arm IDLE,"
                        + " Arm SESSION, StartRelay]");
        assertThat(sent(opened))
                .isEqualTo(new ChannelResponse(0, OptionalInt.of(1), OptionalInt.empty(), Optional.empty()));
    }

    @Test
    void theIdleTimeoutIsToldOnlyToClientsThatUnderstandIt() {
        Transition admitted = machine.on(new Admitting(ALICE, 0x02), new TunnelEvent.Admitted(new Admission(0, 120)));

        assertThat(sent(received(admitted.next(), TUNNEL_AUTH)))
                .isEqualTo(new TunnelAuthResponse(0, OptionalInt.of(0), OptionalInt.of(120), Optional.empty()));
    }

    @Test
    void healthReauthenticationAndUdpAreNeverNegotiated() {
        Transition admitted = machine.on(new Admitting(ALICE, 0x3F), new TunnelEvent.Admitted(new Admission(0, 0)));

        assertThat(sent(admitted))
                .isEqualTo(new TunnelResponse(
                        0, 0, OptionalInt.of(10), OptionalInt.of(0x0A), Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4", "7"})
    void aSchemeThatHttpWasNotToldIsRefusedInTheHandshake(int extendedAuth) {
        Transition refused =
                received(TunnelState.initial(new SignIn.ByHttp(ALICE)), new HandshakeRequest(1, 0, 0, extendedAuth));

        assertThat(sent(refused)).isEqualTo(new HandshakeResponse(0x800759F9, 1, 0, 0, 0));
        assertThat(refused.next()).isInstanceOf(Lingering.class);
    }

    @Test
    void unknownBitsOfTheHandshakeAreIgnored() {
        Transition accepted = received(TunnelState.initial(new SignIn.ByHttp(ALICE)), new HandshakeRequest(1, 0, 0, 8));

        assertThat(sent(accepted)).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 0));
    }

    @Test
    void aClientThatAnnouncedNtlmInTheTunnelMustAskForItInTheHandshake() {
        TunnelState state = TunnelState.initial(new SignIn.InTunnel(ExtendedAuthScheme.SSPI_NTLM));

        assertThat(sent(received(state, HANDSHAKE))).isEqualTo(new HandshakeResponse(0x800759F9, 1, 0, 0, 0));
    }

    @Test
    void ntlmInTheTunnelEndsWithAnEmptyBlob() {
        TunnelState state = TunnelState.initial(new SignIn.InTunnel(ExtendedAuthScheme.SSPI_NTLM));
        Token challenge = Token.of(new byte[] {2});

        Transition handshake = received(state, new HandshakeRequest(1, 0, 0, 4));
        assertThat(sent(handshake)).isEqualTo(new HandshakeResponse(0, 1, 0, 0, 4));
        Transition first = received(handshake.next(), EXTENDED_AUTH);
        assertThat(first.effects()).containsExactly(new TunnelEffect.Authenticate(EXTENDED_AUTH.authBlob()));
        Transition challenged = machine.on(first.next(), new TunnelEvent.SignInContinues(challenge));
        assertThat(sent(challenged)).isEqualTo(new ExtendedAuth(0, challenge));
        Transition second = received(challenged.next(), EXTENDED_AUTH);
        Transition accepted = machine.on(second.next(), new TunnelEvent.SignInEnded(Outcome.Accepted.of(ALICE)));
        assertThat(sent(accepted)).isEqualTo(new ExtendedAuth(0, Token.of(new byte[0])));
        assertThat(accepted.next()).isEqualTo(new AwaitingTunnelCreate(ALICE));
    }

    @Test
    void aWrongPasswordInTheTunnelIsLogonDenied() {
        Transition denied = machine.on(
                new CheckingExtendedAuth(),
                new TunnelEvent.SignInEnded(new Outcome.Rejected(Outcome.Reason.BAD_CREDENTIALS, "wrong proof")));

        assertThat(sent(denied)).isEqualTo(new ExtendedAuth(0x8009030C, Token.of(new byte[0])));
        assertThat(denied.next()).isInstanceOf(Lingering.class);
    }

    @Test
    void aCookieIsGivenToItsMechanismAndThenAdmitted() {
        Token token = Token.of("T\0O\0K\0\0\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        Transition create =
                received(new AwaitingCookie(), new TunnelCreate(0x0D, OptionalLong.empty(), Optional.of(token)));

        assertThat(create.effects()).containsExactly(new TunnelEffect.AuthenticateByCookie(token));
        Transition accepted = machine.on(create.next(), new TunnelEvent.SignInEnded(Outcome.Accepted.of(ALICE)));
        assertThat(accepted.effects()).contains(new TunnelEffect.Admit(ALICE));
    }

    @Test
    void aRejectedCookieIsAccessDenied() {
        Transition denied = machine.on(
                new CheckingCookie(0),
                new TunnelEvent.SignInEnded(new Outcome.Rejected(Outcome.Reason.EXPIRED, "expired")));

        assertThat(sent(denied)).isEqualTo(TunnelResponse.error(0x800759F8));
    }

    @Test
    void aCookieFromAClientThatSignedInByHttpIsTheWrongMethod() {
        Transition refused = received(
                new AwaitingTunnelCreate(ALICE),
                new TunnelCreate(0, OptionalLong.empty(), Optional.of(Token.of(new byte[] {1}))));

        assertThat(sent(refused)).isEqualTo(TunnelResponse.error(0x800759F9));
    }

    @Test
    void reauthenticationWasNotOffered() {
        Transition refused =
                received(new AwaitingTunnelCreate(ALICE), new TunnelCreate(0, OptionalLong.of(10), Optional.empty()));

        assertThat(sent(refused)).isEqualTo(TunnelResponse.error(0x800759E8));
    }

    @Test
    void aUserWithoutARuleIsRefusedBeforeTheTunnelExists() {
        Transition refused = machine.on(new Admitting(ALICE, 0), new TunnelEvent.NotAdmitted("no rule"));

        assertThat(sent(refused)).isEqualTo(TunnelResponse.error(0x800759DB));
    }

    @Test
    void theConsentMessageGoesToClientsThatCanShowItAndGivesThemTime() {
        TunnelMachine consenting = new TunnelMachine(consent(false), 10);
        TunnelEvent admitted = new TunnelEvent.Admitted(new Admission(0, 0));

        Transition capable = consenting.on(new Admitting(ALICE, 0x0D), admitted);
        assertThat(((TunnelResponse) sent(capable)).consentMessage()).contains("be good");
        assertThat(capable.effects()).contains(new TunnelEffect.Arm(TunnelTimer.LOGIN, Duration.ofMinutes(10)));
        Transition incapable = consenting.on(new Admitting(ALICE, 0x08), admitted);
        assertThat(((TunnelResponse) sent(incapable)).consentMessage()).isEmpty();
    }

    @Test
    void onlyAUserWhoReadTheConsentMessageGetsTheLoginDeadlineAnew() {
        Transition asked = received(new TunnelCreated(SESSION, true), TUNNEL_AUTH);
        Transition notAsked = received(new TunnelCreated(SESSION, false), TUNNEL_AUTH);

        assertThat(Summary.of(asked)).isEqualTo("TunnelAuthorized [Send TunnelAuthResponse 0x0, Arm LOGIN]");
        assertThat(Summary.of(notAsked)).isEqualTo("TunnelAuthorized [Send TunnelAuthResponse 0x0]");
    }

    @Test
    void requiredConsentRefusesClientsThatCannotShowIt() {
        Transition refused = new TunnelMachine(consent(true), 10)
                .on(
                        new AwaitingTunnelCreate(ALICE),
                        new TunnelEvent.Received(new TunnelCreate(0x08, OptionalLong.empty(), Optional.empty())));

        assertThat(sent(refused)).isEqualTo(TunnelResponse.error(0x800759E9));
    }

    @Test
    void onlyTheRdpProtocolIsRelayed() {
        Transition refused =
                received(new TunnelAuthorized(SESSION, 0), new ChannelCreate(List.of("desk.lab"), List.of(), 3389, 1));

        assertThat(sent(refused)).isEqualTo(ChannelResponse.error(0x800759E8));
    }

    @ParameterizedTest
    @CsvSource({
        "DENIED,800759da",
        "DENIED_BY_ADDRESS,800759dd",
        "UNREACHABLE,800759dd",
        "TOO_MANY,800759e6",
        "SHOWS_NO_MESSAGE,800759e9",
        "BROKEN,800759d8"
    })
    void aFailedTargetHasItsErrorCode(TargetFailure failure, String code) {
        Transition failed = machine.on(
                new Connecting(SESSION, 0, List.of("desk.lab")),
                new TunnelEvent.TargetFailed(failure, "desk.lab:3389", "why"));

        assertThat(sent(failed)).isEqualTo(ChannelResponse.error(Integer.parseUnsignedInt(code, 16)));
        assertThat(failed.next()).isInstanceOf(Lingering.class);
    }

    @Test
    void aKeepaliveIsNeverAnswered() {
        assertThat(received(open, KEEPALIVE).effects()).isEmpty();
    }

    @Test
    void silenceTowardsTheClientSendsAKeepaliveAndGoesOnWatching() {
        assertThat(Summary.of(machine.on(open, new TunnelEvent.TimerFired(TunnelTimer.KEEPALIVE))))
                .isEqualTo("ChannelOpen [Send KeepAlive, Arm KEEPALIVE]");
    }

    @ParameterizedTest
    @EnumSource(
            value = TunnelTimer.class,
            names = {"KEEPALIVE"})
    void nothingIsSentBeforeTheChannelButResponses(TunnelTimer timer) {
        assertThat(machine.on(new TunnelCreated(SESSION, false), new TunnelEvent.TimerFired(timer))
                        .effects())
                .isEmpty();
    }

    private static final String NUMBER = "choose 47";

    @Test
    void theNumberOfAnApprovalIsShownBeforeTheConsentMessage() {
        TunnelMachine asking = new TunnelMachine(consent(false), 10);
        TunnelEvent admitted = new TunnelEvent.Admitted(new Admission(0, 0), Optional.of(NUMBER), true);

        Transition shown = machine.on(new Admitting(ALICE, 0x04), admitted);
        assertThat(sent(shown))
                .isEqualTo(new TunnelResponse(
                        0, 0, OptionalInt.of(10), OptionalInt.of(0x04), Optional.empty(), Optional.of(NUMBER)));
        assertThat(sent(asking.on(new Admitting(ALICE, 0x04), admitted)))
                .isEqualTo(new TunnelResponse(
                        0,
                        0,
                        OptionalInt.of(10),
                        OptionalInt.of(0x04),
                        Optional.empty(),
                        Optional.of(NUMBER + "\n\nbe good")));
        assertThat(sent(machine.on(new Admitting(ALICE, 0x08), admitted)))
                .as("a client that shows no messages")
                .isEqualTo(new TunnelResponse(
                        0, 0, OptionalInt.of(10), OptionalInt.of(0x08), Optional.empty(), Optional.empty()));
    }

    @Test
    void tunnelAuthWaitsForAnApprovalAndThenForTheTarget() {
        Transition waiting = received(new TunnelCreated(SESSION, true, true), TUNNEL_AUTH);
        assertThat(Summary.of(waiting)).isEqualTo("AwaitingApproval [Disarm LOGIN, Arm APPROVAL, AwaitApproval]");

        assertThat(Summary.of(machine.on(waiting.next(), new TunnelEvent.ApprovalAnswered(true, ""))))
                .isEqualTo("TunnelAuthorized [Disarm APPROVAL, Send TunnelAuthResponse 0x0, Arm LOGIN]");
        assertThat(Summary.of(machine.on(waiting.next(), new TunnelEvent.ApprovalAnswered(false, "not me"))))
                .isEqualTo("Lingering [Disarm APPROVAL, Report, Send TunnelAuthResponse 0x800759db, Arm LINGER]");
        assertThat(Summary.of(machine.on(waiting.next(), new TunnelEvent.TimerFired(TunnelTimer.APPROVAL))))
                .as("nothing is open yet, and the client waits again for its target")
                .isEqualTo("TunnelAuthorized [Send TunnelAuthResponse 0x0, Arm LOGIN]");
    }

    @Test
    void aTargetWaitsForItsApprovalAndTheRulesAreAskedAgainThen() {
        TunnelState connecting =
                received(new TunnelAuthorized(SESSION, 0), CHANNEL_CREATE).next();
        Transition waiting = machine.on(connecting, new TunnelEvent.ApprovalNeeded("desk.lab:3389", 3389));
        assertThat(Summary.of(waiting)).isEqualTo("AwaitingTargetApproval [Disarm LOGIN, Arm APPROVAL]");

        Transition given = machine.on(waiting.next(), new TunnelEvent.ApprovalAnswered(true, ""));
        assertThat(Summary.of(given)).isEqualTo("Connecting [Disarm APPROVAL, Arm LOGIN, OpenTarget]");
        assertThat(given.next()).isEqualTo(connecting);
        assertThat(Summary.of(machine.on(waiting.next(), new TunnelEvent.ApprovalAnswered(false, "not me"))))
                .isEqualTo("Lingering [Disarm APPROVAL, Report, Send ChannelResponse 0x800759da, Arm LINGER]");
        assertThat(Summary.of(machine.on(waiting.next(), new TunnelEvent.TimerFired(TunnelTimer.APPROVAL))))
                .isEqualTo("Lingering [LeaveQuestion, Report, Send ChannelResponse 0x800759d8, Arm LINGER]");
        assertThat(machine.on(waiting.next(), new TunnelEvent.TargetOpened(ALLOW, ADDRESS))
                        .effects())
                .as("a connection that comes meanwhile")
                .contains(new TunnelEffect.CloseTarget())
                .noneMatch(TunnelEffect.StartRelay.class::isInstance);
    }

    @Test
    void anAnswerOpensNothingThatDoesNotWait() {
        TunnelEvent given = new TunnelEvent.ApprovalAnswered(true, "");
        for (TunnelState state : STATES) {
            if (!(state instanceof AwaitingApproval) && !(state instanceof AwaitingTargetApproval)) {
                assertThat(machine.on(state, given)).isEqualTo(new Transition(state, List.of()));
            }
        }
    }

    @Test
    void emptyDataIsIgnored() {
        assertThat(received(open, new Data(java.nio.ByteBuffer.allocate(0))).effects())
                .isEmpty();
    }

    @Test
    void aFurtherChannelOpensOnTheSameTunnelWithANewId() {
        Transition closed = received(open, CLOSE_CHANNEL);
        Transition connecting = received(closed.next(), CHANNEL_CREATE);
        Transition opened = machine.on(connecting.next(), new TunnelEvent.TargetOpened(ALLOW, ADDRESS));

        assertThat(sent(opened))
                .isEqualTo(new ChannelResponse(0, OptionalInt.of(2), OptionalInt.empty(), Optional.empty()));
    }

    @Test
    void aTunnelWithoutAFurtherChannelIsClosedByTheServer() {
        TunnelState idle = received(open, CLOSE_CHANNEL).next();

        assertThat(Summary.of(machine.on(idle, new TunnelEvent.TimerFired(TunnelTimer.NEXT_CHANNEL))))
                .isEqualTo("Closed [CloseTransport]");
    }

    @Test
    void aTargetThatClosesIsToldToTheClientAndTheTransportClosesAfterTheAnswer() {
        Transition closing = machine.on(open, new TunnelEvent.TargetClosed("end of stream"));

        assertThat(Summary.of(closing))
                .isEqualTo("ClosingChannel [CloseTarget, Report, Disarm KEEPALIVE, Disarm IDLE, Disarm SESSION,"
                        + " Disarm REVIEW, Send CloseChannel 0xa0, Arm CLOSE_ANSWER]");
        assertThat(Summary.of(received(closing.next(), CLOSE_CHANNEL_RESPONSE))).isEqualTo("Closed [CloseTransport]");
        assertThat(Summary.of(machine.on(closing.next(), new TunnelEvent.TimerFired(TunnelTimer.CLOSE_ANSWER))))
                .isEqualTo("Closed [CloseTransport]");
    }

    @ParameterizedTest
    @CsvSource({"IDLE,2,59f6", "SESSION,2,59f6", "IDLE,8,4d4", "SESSION,8,4d4"})
    void aTimeoutClosesWithTheCodeThatTheClientUnderstands(TunnelTimer timer, int capsFlags, String code) {
        ChannelOpen state = new ChannelOpen(new Session(ALICE, capsFlags, capsFlags, 0, 0), 1, ALLOW);

        Transition closing = machine.on(state, new TunnelEvent.TimerFired(timer));

        assertThat(sent(closing)).isEqualTo(new CloseChannel(Integer.parseInt(code, 16)));
    }

    private static final Rule RENEWING = new Rule(
            "renewing",
            Optional.empty(),
            Optional.of(Duration.ofHours(1)),
            AtSessionTimeout.REAUTHORISE,
            Optional.empty());

    private static Access.Allow allow(Rule rule, Optional<Duration> reviewAfter) {
        return new Access.Allow(rule, ALLOW.target(), List.of(ADDRESS), reviewAfter);
    }

    @Test
    void hoursAreWatchedFromTheBeginningByTheAddressThatWasDialled() {
        Access.Allow several = new Access.Allow(
                RENEWING,
                ALLOW.target(),
                List.of(InetAddress.ofLiteral("10.1.0.8"), ADDRESS),
                Optional.of(Duration.ofMinutes(9)));
        Transition opened = machine.on(
                new Connecting(SESSION, 0, List.of("desk.lab")), new TunnelEvent.TargetOpened(several, ADDRESS));

        assertThat(opened.effects()).contains(new TunnelEffect.Arm(TunnelTimer.REVIEW, Duration.ofMinutes(9)));
        ChannelOpen state = (ChannelOpen) opened.next();
        assertThat(state.allow().addresses()).containsExactly(ADDRESS);
        assertThat(machine.on(state, new TunnelEvent.TimerFired(TunnelTimer.REVIEW)))
                .isEqualTo(Transition.to(state, new TunnelEffect.Review(SESSION, 1, state.allow(), ReviewCause.HOURS)));
    }

    @Test
    void aSessionThatMayBeReauthorisedIsAskedAboutAndGoesOn() {
        ChannelOpen state = new ChannelOpen(SESSION, 1, allow(RENEWING, Optional.empty()));

        Transition asked = machine.on(state, new TunnelEvent.TimerFired(TunnelTimer.SESSION));
        assertThat(asked)
                .isEqualTo(Transition.to(
                        state, new TunnelEffect.Review(SESSION, 1, state.allow(), ReviewCause.SESSION_TIMEOUT)));

        Transition renewed = machine.on(
                asked.next(),
                new TunnelEvent.Reviewed(
                        1,
                        ReviewCause.SESSION_TIMEOUT,
                        Optional.of(state.allow()),
                        Optional.of(Duration.ofHours(4)),
                        ""));
        assertThat(Summary.of(renewed))
                .isEqualTo("ChannelOpen [RenewSession, Report, Disarm IDLE, Arm SESSION, Disarm REVIEW]");
        assertThat(renewed.effects())
                .contains(new TunnelEffect.Report(new TunnelEffect.ChannelContinued(
                        SESSION, state.allow(), state.allow(), ReviewCause.SESSION_TIMEOUT)));
        assertThat(renewed.effects().getFirst())
                .isEqualTo(new TunnelEffect.RenewSession(Optional.of(Duration.ofHours(4))));
    }

    @ParameterizedTest
    @CsvSource({"SESSION_TIMEOUT,59f6,SESSION_TIMEOUT", "HOURS,59f6,POLICY", "RULES_CHANGED,4d4,POLICY"})
    void aChannelThatTheRulesDoNotAllowAnyMoreIsClosed(ReviewCause cause, String code, ClosedBy by) {
        ChannelOpen state = new ChannelOpen(new Session(ALICE, 2, 2, 0, 0), 1, ALLOW);

        Transition closing =
                machine.on(state, new TunnelEvent.Reviewed(1, cause, Optional.empty(), "no rule is for this user"));

        assertThat(closing.next()).isInstanceOf(ClosingChannel.class);
        assertThat(sent(closing)).isEqualTo(new CloseChannel(Integer.parseInt(code, 16)));
        assertThat(closing.effects())
                .contains(new TunnelEffect.Report(new TunnelEffect.ChannelClosed(
                        state.session(), ALLOW, by, cause.text() + ": no rule is for this user")));
    }

    @Test
    void otherRulesSetTheirOwnTimersAndTheSameRuleLeavesThem() {
        Access.Allow same = allow(RULE, Optional.of(Duration.ofMinutes(3)));
        assertThat(Summary.of(machine.on(
                        open, new TunnelEvent.Reviewed(1, ReviewCause.RULES_CHANGED, Optional.of(same), ""))))
                .isEqualTo("ChannelOpen [Arm REVIEW]");
        Access.Allow other = allow(RENEWING, Optional.empty());
        Transition changed =
                machine.on(open, new TunnelEvent.Reviewed(1, ReviewCause.RULES_CHANGED, Optional.of(other), ""));
        assertThat(Summary.of(changed)).isEqualTo("ChannelOpen [Report, Disarm IDLE, Arm SESSION, Disarm REVIEW]");
        assertThat(changed.effects())
                .contains(new TunnelEffect.Report(
                        new TunnelEffect.ChannelContinued(SESSION, other, ALLOW, ReviewCause.RULES_CHANGED)));
    }

    @Test
    void anAnswerAboutAnEarlierChannelMeansNothing() {
        TunnelEvent late = new TunnelEvent.Reviewed(7, ReviewCause.HOURS, Optional.empty(), "late");
        assertThat(machine.on(open, late)).isEqualTo(Transition.to(open));
        TunnelState between = new TunnelAuthorized(SESSION, 7);
        assertThat(machine.on(between, late)).isEqualTo(Transition.to(between));
        assertThat(machine.on(between, new TunnelEvent.RulesChanged())).isEqualTo(Transition.to(between));
        assertThat(machine.on(between, new TunnelEvent.TimerFired(TunnelTimer.REVIEW)))
                .isEqualTo(Transition.to(between));
    }

    @Test
    void anAdministratorsKickIsConnectionAborted() {
        assertThat(sent(machine.on(open, new TunnelEvent.Terminated(true, "kick"))))
                .isEqualTo(new CloseChannel(0x4D4));
    }

    /** The token of a tunnel is revoked with it, which ends it again. */
    @Test
    void aClientThatIsKickedTwiceStillHasTimeToAnswer() {
        Transition kicked = machine.on(open, new TunnelEvent.Terminated(true, "kick"));

        Transition again = machine.on(kicked.next(), new TunnelEvent.Terminated(true, "the token was revoked"));

        assertThat(Summary.of(again)).isEqualTo("ClosingChannel []");
        assertThat(Summary.of(machine.on(kicked.next(), new TunnelEvent.Terminated(false, "the gateway stops"))))
                .isEqualTo("Closed [CloseTransport]");
    }

    @Test
    void aMessageGoesToClientsThatTakeItWhileTheirChannelIsOpen() {
        TunnelEvent message = new TunnelEvent.MessageForUser("The gateway restarts at noon.");
        ChannelOpen without = new ChannelOpen(new Session(ALICE, 0x05, 0, 0, 0), 1, ALLOW);

        assertThat(machine.on(open, message))
                .isEqualTo(Transition.to(
                        open, new TunnelEffect.Send(new ServiceMessage("The gateway restarts at noon."))));
        assertThat(machine.on(without, message)).isEqualTo(Transition.to(without));
        Samples.STATES.stream()
                .filter(state -> !(state instanceof ChannelOpen))
                .forEach(state -> assertThat(machine.on(state, message)).isEqualTo(Transition.to(state)));
    }

    @Test
    void aClientThatLeavesClosesTheTarget() {
        Transition left = machine.on(open, new TunnelEvent.TransportClosed("end of stream"));

        assertThat(Summary.of(left)).isEqualTo("Closed [CloseTarget, Report, CloseTransport]");
        assertThat(left.effects())
                .contains(new TunnelEffect.Report(
                        new TunnelEffect.ChannelClosed(SESSION, ALLOW, ClosedBy.CLIENT, "end of stream")));
    }

    @Test
    void reportsSayWhoTheClientIsFromTheMomentThatItIsKnown() {
        TunnelState byHttp = TunnelState.initial(new SignIn.ByHttp(ALICE));
        TunnelState byToken = TunnelState.initial(new SignIn.InTunnel(ExtendedAuthScheme.PAA));
        TunnelState authorized =
                received(new TunnelCreated(SESSION, false), TUNNEL_AUTH).next();
        TunnelState connecting = received(authorized, CHANNEL_CREATE).next();

        assertThat(reported(byHttp, new TunnelEvent.Malformed("why")))
                .isEqualTo(abandoned(Optional.of(ALICE), Optional.empty(), List.of()));
        assertThat(reported(byToken, new TunnelEvent.Malformed("why")))
                .isEqualTo(abandoned(Optional.empty(), Optional.empty(), List.of()));
        assertThat(reported(authorized, new TunnelEvent.Malformed("why")))
                .isEqualTo(abandoned(Optional.of(ALICE), Optional.of("laptop"), List.of()));
        assertThat(reported(connecting, new TunnelEvent.Malformed("why")))
                .isEqualTo(abandoned(Optional.of(ALICE), Optional.of("laptop"), List.of("desk.lab", "desk")));
        for (TargetFailure denied : List.of(TargetFailure.DENIED, TargetFailure.DENIED_BY_ADDRESS)) {
            assertThat(reported(connecting, new TunnelEvent.TargetFailed(denied, "desk.lab:3389", "why")))
                    .isEqualTo(new TunnelEffect.Refused(
                            new TunnelClient(Optional.of(ALICE), Optional.of("laptop")),
                            "E_PROXY_RAP_ACCESSDENIED",
                            "desk.lab:3389",
                            List.of("desk.lab", "desk"),
                            "why"));
        }
        assertThat(reported(connecting, new TunnelEvent.TargetOpened(ALLOW, ADDRESS)))
                .isEqualTo(new TunnelEffect.ChannelOpened(
                        new Session(ALICE, 0x0D, 0x0A, 0x01, 120, Optional.of("laptop")),
                        ALLOW,
                        List.of("desk.lab", "desk"),
                        ADDRESS));
    }

    /** The names of a former CHANNEL_CREATE are not those of a later refusal. */
    @Test
    void theNamesOfAChannelEndWithIt() {
        TunnelState again = received(open, CLOSE_CHANNEL).next();

        assertThat(report(received(again, new ChannelCreate(List.of("other.lab"), List.of(), 3389, 1))))
                .isEqualTo(new TunnelEffect.Refused(
                        new TunnelClient(Optional.of(ALICE), Optional.empty()),
                        "E_PROXY_NOTSUPPORTED",
                        "",
                        List.of(),
                        "protocol 1 to other.lab:3389 (expected 3)"));
    }

    private static TunnelEffect.Refused abandoned(
            Optional<Identity> identity, Optional<String> name, List<String> names) {
        return new TunnelEffect.Refused(new TunnelClient(identity, name), "CLOSED_BEFORE_CHANNEL", "", names, "why");
    }

    private TunnelEffect.TunnelReport reported(TunnelState state, TunnelEvent event) {
        return report(machine.on(state, event));
    }

    private static TunnelEffect.TunnelReport report(Transition transition) {
        return transition.effects().stream()
                .filter(TunnelEffect.Report.class::isInstance)
                .map(effect -> ((TunnelEffect.Report) effect).report())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aTargetThatAnswersTooLateIsClosed() {
        assertThat(machine.on(new Closed(), new TunnelEvent.TargetOpened(ALLOW, ADDRESS))
                        .effects())
                .containsExactly(new TunnelEffect.CloseTarget());
    }

    @Test
    void theLoginDeadlineEndsEveryStateBeforeTheChannel() {
        for (TunnelState state : STATES) {
            Transition fired = machine.on(state, new TunnelEvent.TimerFired(TunnelTimer.LOGIN));
            if (state instanceof ChannelOpen) {
                assertThat(fired.next()).isEqualTo(state);
            } else {
                assertThat(fired.next()).isInstanceOf(Closed.class);
            }
        }
    }

    @Test
    void malformedBytesEndEveryState() {
        for (TunnelState state : STATES) {
            assertThat(machine.on(state, new TunnelEvent.Malformed("garbage")).next())
                    .isInstanceOf(Closed.class);
        }
    }

    private static TunnelSettings consent(boolean required) {
        return new TunnelSettings(
                SETTINGS.schemes(),
                Optional.of("be good"),
                required,
                SETTINGS.consentTimeout(),
                SETTINGS.loginDeadline(),
                SETTINGS.keepalive());
    }

    private Transition received(TunnelState state, io.gatehouse.core.tsgu.TsguPacket.FromClient packet) {
        return machine.on(state, new TunnelEvent.Received(packet));
    }

    private static Object sent(Transition transition) {
        return transition.effects().stream()
                .filter(TunnelEffect.Send.class::isInstance)
                .map(effect -> (Object) ((TunnelEffect.Send) effect).packet())
                .findFirst()
                .orElseThrow();
    }
}
