package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.ALICE;
import static io.gatehouse.core.login.FakeMechanism.PEER;
import static io.gatehouse.core.login.FakeMechanism.hex;
import static io.gatehouse.core.login.FakeMechanism.hexToken;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Domains;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.guess.GuessBudget;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** MS-TSGU clients send Negotiate in four forms; the bytes are written out after RFC 4178 section 4.2. */
final class NegotiateMechanismTest {
    private static final String TYPE_1 = "4e544c4d53535000 01000000";
    private static final String TYPE_2 = "4e544c4d53535000 02000000";
    private static final String TYPE_3 = "4e544c4d53535000 03000000 01";
    private static final String TYPE_3_WRONG = "4e544c4d53535000 03000000 00";
    private static final String AP_REQ = "600f 06092a864886f712010202 0100 6e00";
    private static final String AP_REP = "6f00";
    private static final String SPNEGO = "06062b0601050502";
    private static final String KERBEROS = "06092a864886f712010202";
    private static final String MS_KERBEROS = "06092a864882f712010202";
    private static final String NEGOEX = "060a2b06010401823702021e";
    private static final String NTLMSSP = "060a2b06010401823702020a";

    /** The client's and our integrity code: four bytes that the fake keys below know. */
    private static final String CLIENT_MIC = "0a0a0a0a";

    private static final String OUR_MIC = "0c0c0c0c";

    private final FakeMechanism ntlm = FakeMechanism.ntlm();
    private final FakeMechanism kerberos = new FakeMechanism(
            Scheme.KERBEROS,
            token -> hex(token).equals(AP_REQ.replace(" ", ""))
                    ? new Accepted(ALICE, Optional.of(hexToken(AP_REP)))
                    : new Rejected(Reason.BAD_CREDENTIALS, "ticket"));
    private final Conversation both = open(Optional.of(kerberos), Optional.of(ntlm));
    private final Conversation ntlmOnly = open(Optional.empty(), Optional.of(ntlm));

    private static Conversation open(Optional<TokenMechanism> kerberos, Optional<TokenMechanism> ntlm) {
        return new NegotiateMechanism(kerberos, ntlm).open(PEER, Venue.HTTP_AUTHORIZATION);
    }

    /** Keys that are right for the list {@code mechTypeList} only. */
    private static Optional<MessageIntegrity> keysFor(String mechTypeList) {
        return Optional.of(new MessageIntegrity() {
            @Override
            public boolean verify(byte[] message, byte[] mic) {
                return isList(message) && HexFormat.of().formatHex(mic).equals(CLIENT_MIC);
            }

            @Override
            public byte[] sign(byte[] message) {
                return HexFormat.of().parseHex(isList(message) ? OUR_MIC : "00000000");
            }

            private boolean isList(byte[] message) {
                return HexFormat.of().formatHex(message).equals(mechTypeList.replace(" ", ""));
            }
        });
    }

    private static Step next(Conversation conversation, String hex) {
        return conversation.next(hexToken(hex));
    }

    private static void assertChallenge(Step step, String hex) {
        assertThat(step).isInstanceOf(Step.Challenge.class);
        assertThat(hex(((Step.Challenge) step).token())).isEqualTo(hex.replace(" ", ""));
    }

    private static Step.Reply reply(Step step) {
        return switch (step) {
            case Step.Claim claim -> claim.verification().verify(Runnable::run);
            case Step.Reply reply -> reply;
        };
    }

    private static Outcome outcome(Step step) {
        return switch (reply(step)) {
            case Outcome outcome -> outcome;
            case Step.Challenge challenge -> throw new AssertionError(hex(challenge.token()));
        };
    }

    private static void assertAccepted(Step step, String farewell) {
        Outcome outcome = outcome(step);
        assertThat(outcome).isInstanceOf(Accepted.class);
        assertThat(((Accepted) outcome).identity()).isEqualTo(ALICE);
        assertThat(((Accepted) outcome).farewell().map(FakeMechanism::hex).orElse(""))
                .isEqualTo(farewell.replace(" ", ""));
    }

    private static void assertMalformed(Step step, String detail) {
        assertThat(outcome(step)).isEqualTo(new Rejected(Reason.MALFORMED, detail));
    }

    @Test
    void rawNtlmIsAnsweredRaw() {
        assertChallenge(next(both, TYPE_1), TYPE_2);
        assertAccepted(next(both, TYPE_3), "");
        both.close();
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void bareKerberosIsAnsweredBare() {
        assertAccepted(next(both, AP_REQ), AP_REP);
        both.close();
        assertThat(kerberos.closed).isEqualTo(1);
        assertThat(ntlm.opened).isZero();
    }

    @Test
    void ntlmAsFavouriteNeedsNoIntegrityCode() {
        assertChallenge(
                next(ntlmOnly, "602c" + SPNEGO + "a022 3020 a00e 300c" + NTLMSSP + "a20e 040c" + TYPE_1),
                "a125 3023 a003 0a0101 a10c" + NTLMSSP + "a20e 040c" + TYPE_2);
        assertAccepted(next(ntlmOnly, "a113 3011 a20f 040d" + TYPE_3), "a107 3005 a003 0a0100");
    }

    @Test
    void reqFlagsAreIgnored() {
        assertChallenge(
                next(ntlmOnly, "6032" + SPNEGO + "a028 3026 a00e 300c" + NTLMSSP + "a104 0302 0100 a20e 040c" + TYPE_1),
                "a125 3023 a003 0a0101 a10c" + NTLMSSP + "a20e 040c" + TYPE_2);
    }

    @Test
    void anIntegrityCodeThatIsSentIsVerifiedAndAnswered() {
        ntlm.integrity = keysFor("300c" + NTLMSSP);
        next(ntlmOnly, "602c" + SPNEGO + "a022 3020 a00e 300c" + NTLMSSP + "a20e 040c" + TYPE_1);
        assertAccepted(
                next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC),
                "a10f 300d a003 0a0100 a306 0404" + OUR_MIC);
    }

    @Test
    void aWrongIntegrityCodeIsRefusedEvenWhereNoneIsNeeded() {
        ntlm.integrity = keysFor("300c" + NTLMSSP);
        next(ntlmOnly, "602c" + SPNEGO + "a022 3020 a00e 300c" + NTLMSSP + "a20e 040c" + TYPE_1);
        assertMalformed(next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404 0b0b0b0b"), "mechListMIC is wrong");
    }

    @Test
    void anIntegrityCodeWithoutKeysIsRefused() {
        next(ntlmOnly, "602c" + SPNEGO + "a022 3020 a00e 300c" + NTLMSSP + "a20e 040c" + TYPE_1);
        assertMalformed(
                next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC),
                "mechListMIC without keys to verify it");
    }

    /** What Windows sends when it has a ticket, to a gateway without Kerberos. */
    private void windowsFallsBackToNtlm() {
        ntlm.integrity = keysFor("302e" + MS_KERBEROS + KERBEROS + NEGOEX + NTLMSSP);
        assertChallenge(
                next(
                        ntlmOnly,
                        "6053" + SPNEGO + "a049 3047 a030 302e" + MS_KERBEROS + KERBEROS + NEGOEX + NTLMSSP
                                + "a213 0411" + AP_REQ),
                "a115 3013 a003 0a0103 a10c" + NTLMSSP);
        assertThat(ntlm.received).isEmpty();
        assertChallenge(
                next(ntlmOnly, "a117 3015 a003 0a0101 a20e 040c" + TYPE_1), "a117 3015 a003 0a0101 a20e 040c" + TYPE_2);
    }

    @Test
    void anotherMechanismThanTheFavouriteIsTakenWithAnIntegrityCode() {
        windowsFallsBackToNtlm();
        assertAccepted(
                next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC),
                "a10f 300d a003 0a0100 a306 0404" + OUR_MIC);
        ntlmOnly.close();
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void withoutTheMandatoryIntegrityCodeNobodyIsSignedIn() {
        windowsFallsBackToNtlm();
        assertChallenge(
                reply(next(ntlmOnly, "a113 3011 a20f 040d" + TYPE_3)), "a10f 300d a003 0a0101 a306 0404" + OUR_MIC);
        assertMalformed(next(ntlmOnly, "a107 3005 a003 0a0101"), "mechListMIC is missing or wrong");
    }

    @Test
    void withoutKeysForTheMandatoryIntegrityCodeNobodyIsSignedIn() {
        windowsFallsBackToNtlm();
        ntlm.integrity = Optional.empty();
        assertMalformed(next(ntlmOnly, "a113 3011 a20f 040d" + TYPE_3), "mechListMIC is missing");
    }

    @Test
    void aListThatWasEditedOnItsWayIsNoticed() {
        windowsFallsBackToNtlm();
        ntlm.integrity = keysFor("300b" + KERBEROS);
        assertMalformed(
                next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC), "mechListMIC is wrong");
    }

    @Test
    void theClaimIsPassedOnAndItsFailureToo() {
        windowsFallsBackToNtlm();
        Step step = next(ntlmOnly, "a11b 3019 a20f 040d" + TYPE_3_WRONG + "a306 0404" + CLIENT_MIC);
        assertThat(step).isInstanceOf(Step.Claim.class);
        assertThat(((Step.Claim) step).account()).isEqualTo("alice");
        assertThat(ntlm.verified).isZero();
        assertThat(outcome(step)).isEqualTo(new Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
        assertThat(ntlm.verified).isEqualTo(1);
    }

    @Test
    void kerberosAsFavouriteEndsInOneRound() {
        assertAccepted(
                next(both, "6030" + SPNEGO + "a026 3024 a00d 300b" + KERBEROS + "a213 0411" + AP_REQ),
                "a11a 3018 a003 0a0100 a10b" + KERBEROS + "a204 0402" + AP_REP);
    }

    @Test
    void theMisspelledKerberosOfWindowsIsKerberos() {
        assertAccepted(
                next(
                        both,
                        "6053" + SPNEGO + "a049 3047 a030 302e" + MS_KERBEROS + KERBEROS + NEGOEX + NTLMSSP
                                + "a213 0411" + AP_REQ),
                "a11a 3018 a003 0a0100 a10b" + MS_KERBEROS + "a204 0402" + AP_REP);
    }

    @Test
    void anIntegrityCodeInTheFirstTokenIsVerified() {
        kerberos.integrity = keysFor("300b" + KERBEROS);
        String init = "6038" + SPNEGO + "a02e 302c a00d 300b" + KERBEROS + "a213 0411" + AP_REQ + "a306 0404";
        assertAccepted(
                next(both, init + CLIENT_MIC),
                "a122 3020 a003 0a0100 a10b" + KERBEROS + "a204 0402" + AP_REP + "a306 0404" + OUR_MIC);
        assertMalformed(next(open(Optional.of(kerberos), Optional.empty()), init + "0b0b0b0b"), "mechListMIC is wrong");
    }

    @Test
    void theFavouriteWithoutOptimisticTokenIsAskedForOne() {
        assertChallenge(
                next(ntlmOnly, "601c" + SPNEGO + "a012 3010 a00e 300c" + NTLMSSP),
                "a115 3013 a003 0a0101 a10c" + NTLMSSP);
        assertChallenge(next(ntlmOnly, "a112 3010 a20e 040c" + TYPE_1), "a117 3015 a003 0a0101 a20e 040c" + TYPE_2);
    }

    /** A ticket that was made for another server, or with a key that we do not have. */
    private final FakeMechanism foreign =
            new FakeMechanism(Scheme.KERBEROS, _ -> new Rejected(Reason.NOT_FOR_US, "no key for HTTP/other"));

    private static final String ALL_FOUR = MS_KERBEROS + KERBEROS + NEGOEX + NTLMSSP;
    private static final String WINDOWS_WITH_A_TICKET =
            "6053" + SPNEGO + "a049 3047 a030 302e" + ALL_FOUR + "a213 0411" + AP_REQ;
    private static final String NTLM_INSTEAD = "a115 3013 a003 0a0103 a10c" + NTLMSSP;
    private static final String WRAPPED_TYPE_1 = "a117 3015 a003 0a0101 a20e 040c" + TYPE_1;
    private static final String WRAPPED_TYPE_2 = "a117 3015 a003 0a0101 a20e 040c" + TYPE_2;

    private Conversation ticketIsNotForUs() {
        foreign.received.clear();
        foreign.closed = 0;
        ntlm.integrity = keysFor("302e" + ALL_FOUR);
        Conversation conversation = open(Optional.of(foreign), Optional.of(ntlm));
        assertChallenge(next(conversation, WINDOWS_WITH_A_TICKET), NTLM_INSTEAD);
        assertThat(foreign.received).containsExactly(AP_REQ.replace(" ", ""));
        assertThat(foreign.closed).isEqualTo(1);
        assertChallenge(next(conversation, WRAPPED_TYPE_1), WRAPPED_TYPE_2);
        return conversation;
    }

    @Test
    void aTicketThatIsNotForUsIsFollowedByNtlm() {
        Conversation conversation = ticketIsNotForUs();
        assertAccepted(
                next(conversation, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC),
                "a10f 300d a003 0a0100 a306 0404" + OUR_MIC);
        conversation.close();
        assertThat(foreign.closed).isEqualTo(1);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void whoFailsWithBothIsToldAboutWithBothReasons() {
        assertThat(outcome(next(ticketIsNotForUs(), "a11b 3019 a20f 040d" + TYPE_3_WRONG + "a306 0404" + CLIENT_MIC)))
                .isEqualTo(new Rejected(
                        Reason.BAD_CREDENTIALS, "wrong password; before that kerberos: no key for HTTP/other"));
        assertMalformed(
                next(ticketIsNotForUs(), "a107 3005 a003 0a0102"),
                "the client rejects the negotiation; before that kerberos: no key for HTTP/other");
        assertMalformed(
                next(ticketIsNotForUs(), "a1"), "DER ends in a length; before that kerberos: no key for HTTP/other");
    }

    @Test
    void afterATicketThatIsNotForUsTheIntegrityCodeIsMandatory() {
        Conversation silent = ticketIsNotForUs();
        assertChallenge(
                reply(next(silent, "a113 3011 a20f 040d" + TYPE_3)), "a10f 300d a003 0a0101 a306 0404" + OUR_MIC);
        assertMalformed(
                next(silent, "a107 3005 a003 0a0101"),
                "mechListMIC is missing or wrong; before that kerberos: no key for HTTP/other");
        Conversation edited = ticketIsNotForUs();
        ntlm.integrity = keysFor("300c" + NTLMSSP);
        assertMalformed(
                next(edited, "a11b 3019 a20f 040d" + TYPE_3 + "a306 0404" + CLIENT_MIC),
                "mechListMIC is wrong; before that kerberos: no key for HTTP/other");
    }

    @Test
    void aTicketThatIsNotForUsIsTheEndWhereNobodyOffersNtlm() {
        Rejected refused = new Rejected(Reason.NOT_FOR_US, "no key for HTTP/other");
        assertThat(outcome(next(open(Optional.of(foreign), Optional.empty()), WINDOWS_WITH_A_TICKET)))
                .isEqualTo(refused);
        assertThat(outcome(next(
                        open(Optional.of(foreign), Optional.of(ntlm)),
                        "603b" + SPNEGO + "a031 302f a018 3016" + MS_KERBEROS + KERBEROS + "a213 0411" + AP_REQ)))
                .isEqualTo(refused);
        assertThat(outcome(next(open(Optional.of(foreign), Optional.of(ntlm)), AP_REQ)))
                .as("bare Kerberos")
                .isEqualTo(refused);
        assertThat(ntlm.opened).isZero();
    }

    @Test
    void otherRefusalsOfKerberosAreTheEnd() {
        FakeMechanism expired =
                new FakeMechanism(Scheme.KERBEROS, _ -> new Rejected(Reason.EXPIRED, "the ticket has expired"));
        assertThat(outcome(next(open(Optional.of(expired), Optional.of(ntlm)), WINDOWS_WITH_A_TICKET)))
                .isEqualTo(new Rejected(Reason.EXPIRED, "the ticket has expired"));
        assertThat(ntlm.opened).isZero();
    }

    /** The mechanism is agreed on by then. */
    @Test
    void aTicketThatComesLaterIsNotFollowedByNtlm() {
        Conversation conversation = open(Optional.of(foreign), Optional.of(ntlm));
        assertChallenge(
                next(conversation, "6027" + SPNEGO + "a01d 301b a019 3017" + KERBEROS + NTLMSSP),
                "a114 3012 a003 0a0101 a10b" + KERBEROS);
        assertThat(outcome(next(conversation, "a117 3015 a213 0411" + AP_REQ)))
                .isEqualTo(new Rejected(Reason.NOT_FOR_US, "no key for HTTP/other"));
        assertThat(ntlm.opened).isZero();
    }

    /** What Windows sends when NEGOEX is its favourite. */
    @Test
    void anOptimisticTokenOfAnotherMechanismIsNotGivenToKerberos() {
        kerberos.integrity = keysFor("302e" + NEGOEX + MS_KERBEROS + KERBEROS + NTLMSSP);
        assertChallenge(
                next(
                        both,
                        "6044" + SPNEGO + "a03a 3038 a030 302e" + NEGOEX + MS_KERBEROS + KERBEROS + NTLMSSP
                                + "a204 0402 7a7a"),
                "a114 3012 a003 0a0103 a10b" + MS_KERBEROS);
        assertThat(kerberos.received).isEmpty();
        assertChallenge(
                next(both, "a117 3015 a213 0411" + AP_REQ),
                "a115 3013 a003 0a0101 a204 0402" + AP_REP + "a306 0404" + OUR_MIC);
        assertAccepted(next(both, "a10a 3008 a306 0404" + CLIENT_MIC), "a107 3005 a003 0a0100");
    }

    private final GuessBudget budget = new GuessBudget(new MutableClock(), 8, 8, Duration.ofMinutes(1));

    private LoginAttempt attempt(FakeMechanism ofKerberos) {
        return new LoginAttempt(
                new NegotiateMechanism(Optional.of(ofKerberos), Optional.of(ntlm)),
                PEER,
                Venue.HTTP_AUTHORIZATION,
                new LoginServices(budget, (_, _) -> Runnable::run, Domains.NONE, (_, failure) -> {
                    throw new AssertionError(failure);
                }));
    }

    private static void assertContinues(LoginStep step, String hex) {
        assertThat(step).isInstanceOf(LoginStep.Continue.class);
        assertThat(hex(((LoginStep.Continue) step).challenge())).isEqualTo(hex.replace(" ", ""));
    }

    /** A client that sends its mechListMIC in a round of its own. */
    private LoginAttempt typeThreeWithoutIntegrityCode() {
        ntlm.integrity = keysFor("302e" + ALL_FOUR);
        LoginAttempt attempt = attempt(foreign);
        assertContinues(attempt.next(hexToken(WINDOWS_WITH_A_TICKET)), NTLM_INSTEAD);
        assertContinues(attempt.next(hexToken(WRAPPED_TYPE_1)), WRAPPED_TYPE_2);
        assertContinues(
                attempt.next(hexToken("a113 3011 a20f 040d" + TYPE_3)), "a10f 300d a003 0a0101 a306 0404" + OUR_MIC);
        return attempt;
    }

    @Test
    void theMandatoryIntegrityCodeMayComeInARoundOfItsOwn() {
        LoginAttempt attempt = typeThreeWithoutIntegrityCode();
        assertThat(ntlm.verified).isEqualTo(1);
        assertThat(ntlm.closed).isZero();
        assertThat(attempt.next(hexToken("a10a 3008 a306 0404" + CLIENT_MIC)))
                .isEqualTo(new LoginStep.Done(
                        new Accepted(ALICE, Optional.of(hexToken("a107 3005 a003 0a0100"))), Optional.of("alice")));
        assertThat(ntlm.closed).isEqualTo(1);
        assertThat(foreign.closed).isEqualTo(1);
    }

    @Test
    void withoutItThatRoundSignsNobodyIn() {
        for (String last : List.of("a10a 3008 a306 0404 0b0b0b0b", "a107 3005 a003 0a0101")) {
            assertThat(typeThreeWithoutIntegrityCode().next(hexToken(last)))
                    .isEqualTo(new LoginStep.Done(
                            new Rejected(
                                    Reason.MALFORMED,
                                    "mechListMIC is missing or wrong; before that kerberos: no key for HTTP/other"),
                            Optional.of("alice")));
        }
    }

    @Test
    void aWrongPasswordGetsNoFurtherRound() {
        LoginAttempt attempt = attempt(foreign);
        attempt.next(hexToken(WINDOWS_WITH_A_TICKET));
        attempt.next(hexToken(WRAPPED_TYPE_1));
        assertThat(attempt.next(hexToken("a113 3011 a20f 040d" + TYPE_3_WRONG)))
                .isEqualTo(new LoginStep.Done(
                        new Rejected(
                                Reason.BAD_CREDENTIALS, "wrong password; before that kerberos: no key for HTTP/other"),
                        Optional.of("alice")));
    }

    /** A mechanism that claims, is not the favourite and has the last word. */
    @Test
    void aClaimWithALastTokenOfOursWaitsForTheIntegrityCode() {
        FakeMechanism[] claiming = new FakeMechanism[1];
        claiming[0] = new FakeMechanism(
                Scheme.KERBEROS, _ -> claiming[0].claim("alice", new Accepted(ALICE, Optional.of(hexToken(AP_REP)))));
        claiming[0].integrity = keysFor("3017" + NEGOEX + KERBEROS);
        LoginAttempt attempt = attempt(claiming[0]);
        assertContinues(
                attempt.next(hexToken("602d" + SPNEGO + "a023 3021 a019 3017" + NEGOEX + KERBEROS + "a204 0402 7a7a")),
                "a114 3012 a003 0a0103 a10b" + KERBEROS);
        assertContinues(
                attempt.next(hexToken("a117 3015 a213 0411" + AP_REQ)),
                "a115 3013 a003 0a0101 a204 0402" + AP_REP + "a306 0404" + OUR_MIC);
        assertThat(attempt.next(hexToken("a10a 3008 a306 0404" + CLIENT_MIC)))
                .isEqualTo(new LoginStep.Done(
                        new Accepted(ALICE, Optional.of(hexToken("a107 3005 a003 0a0100"))), Optional.of("alice")));
    }

    /** The client hopes for NTLM, the gateway has Kerberos only: one round more, for Kerberos ends with our token. */
    private Conversation kerberosInsteadOfNtlm() {
        kerberos.integrity = keysFor("3017" + NTLMSSP + KERBEROS);
        Conversation kerberosOnly = open(Optional.of(kerberos), Optional.empty());
        assertChallenge(
                next(kerberosOnly, "6037" + SPNEGO + "a02d 302b a019 3017" + NTLMSSP + KERBEROS + "a20e 040c" + TYPE_1),
                "a114 3012 a003 0a0103 a10b" + KERBEROS);
        assertChallenge(
                next(kerberosOnly, "a117 3015 a213 0411" + AP_REQ),
                "a115 3013 a003 0a0101 a204 0402" + AP_REP + "a306 0404" + OUR_MIC);
        return kerberosOnly;
    }

    @Test
    void kerberosInsteadOfTheFavouriteWaitsForTheIntegrityCode() {
        assertAccepted(next(kerberosInsteadOfNtlm(), "a10a 3008 a306 0404" + CLIENT_MIC), "a107 3005 a003 0a0100");
    }

    @Test
    void kerberosInsteadOfTheFavouriteIsRefusedWithoutIt() {
        assertMalformed(
                next(kerberosInsteadOfNtlm(), "a10a 3008 a306 0404 0b0b0b0b"), "mechListMIC is missing or wrong");
        assertMalformed(next(kerberosInsteadOfNtlm(), "a107 3005 a003 0a0101"), "mechListMIC is missing or wrong");
        assertMalformed(
                next(kerberosInsteadOfNtlm(), "a112 3010 a20e 040c" + TYPE_1),
                "a token after the inner exchange ended");
    }

    @Test
    void formsThatAreOffAreRefused() {
        assertMalformed(next(ntlmOnly, AP_REQ), "bare Kerberos is not offered");
        assertMalformed(next(open(Optional.of(kerberos), Optional.empty()), TYPE_1), "raw NTLMSSP is not offered");
        assertMalformed(
                next(both, "6022" + SPNEGO + "a018 3016 a00e 300c" + NEGOEX + "a204 0402 7a7a"),
                "none of the client's mechanisms is offered");
        assertMalformed(
                next(open(Optional.of(kerberos), Optional.of(ntlm)), "600d" + MS_KERBEROS + "0100"),
                "GSS framing of unknown mechanism 2a864882f712010202");
    }

    @Test
    void answersOutOfTurnAreRefused() {
        assertMalformed(next(both, "a107 3005 a003 0a0101"), "DER tag 0xa1 (expected 0x60)");
        windowsFallsBackToNtlm();
        assertMalformed(
                next(ntlmOnly, "601c" + SPNEGO + "a012 3010 a00e 300c" + NTLMSSP),
                "NegTokenInit in the middle of an exchange");
    }

    @Test
    void aClientThatRejectsOrSaysNothingIsRefused() {
        windowsFallsBackToNtlm();
        assertMalformed(next(ntlmOnly, "a107 3005 a003 0a0102"), "the client rejects the negotiation");
        assertMalformed(next(ntlmOnly, "a107 3005 a003 0a0101"), "NegTokenResp without responseToken");
    }

    @Test
    void anIntegrityCodeBeforeTheEndIsRefused() {
        next(ntlmOnly, "601c" + SPNEGO + "a012 3010 a00e 300c" + NTLMSSP);
        assertMalformed(
                next(ntlmOnly, "a11a 3018 a20e 040c" + TYPE_1 + "a306 0404" + CLIENT_MIC),
                "mechListMIC before the inner exchange ended");
    }

    @Test
    void closingBeforeTheFirstTokenClosesNothing() {
        both.close();
        assertThat(ntlm.closed + kerberos.closed).isZero();
    }
}
