package io.gatehouse.core.kdcproxy;

import static io.gatehouse.core.kdcproxy.Samples.body;
import static io.gatehouse.core.kdcproxy.Samples.error;
import static io.gatehouse.core.kdcproxy.Samples.guess;
import static io.gatehouse.core.kdcproxy.Samples.name;
import static io.gatehouse.core.kdcproxy.Samples.recorded;
import static io.gatehouse.core.kdcproxy.Samples.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KdcProxyTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:32:21.123456Z"), ZoneOffset.UTC);
    private static final InetAddress HOME = Samples.address("192.0.2.1");
    private static final InetAddress ELSEWHERE = Samples.address("198.51.100.1");
    private static final int PER_SOURCE = 6;
    /** Of 8 guesses, strangers have 4, and one of them has 3. */
    private static final int OF_STRANGERS = 4;

    private static final int OF_ONE_STRANGER = 3;

    private final GuessBudget guesses = new GuessBudget(() -> 0, 8, PER_SOURCE, Duration.ofMinutes(10));
    private final KdcProxy proxy = proxy(true, Samples.MIT);

    private KdcProxy proxy(boolean passwordChanges, Domain... domains) {
        return new KdcProxy(List.of(domains), passwordChanges, guesses, Duration.ZERO, CLOCK);
    }

    private PermittedRequest permitted(byte[] message) {
        return permitted(message, HOME);
    }

    private PermittedRequest permitted(byte[] message, InetAddress source) {
        Verdict verdict = proxy.judge(body(message, "MIT.TEST"), source);
        assertThat(verdict).isInstanceOf(Verdict.Ask.class);
        return ((Verdict.Ask) verdict).request();
    }

    private Verdict again(InetAddress source) {
        return proxy.judge(body(guess("alice"), "MIT.TEST"), source);
    }

    /** How many further guesses at alice somebody new may make. */
    private int guessesLeft() {
        int left = 0;
        while (again(ELSEWHERE) instanceof Verdict.Ask) {
            left++;
        }
        return left;
    }

    @ParameterizedTest
    @CsvSource({
        "as-req, AS_REQ, KERBEROS",
        "as-req-timestamp, AS_REQ, KERBEROS",
        "as-req-fast, AS_REQ, KERBEROS",
        "tgs-req, TGS_REQ, KERBEROS",
        "kpasswd-req, KPASSWD, KPASSWD",
    })
    void messageOfAKnownTypeToAKnownRealmIsCarriedAsItIs(String recording, MessageType type, KdcService service) {
        PermittedRequest permitted = permitted(recorded(recording));
        assertThat(permitted.domain()).isEqualTo(Samples.MIT);
        assertThat(permitted.type()).isEqualTo(type);
        assertThat(permitted.type().service()).isEqualTo(service);
        assertThat(permitted.message()).isEqualTo(token(recording));
    }

    /** Clients outside a domain use the name that their user typed. */
    @ParameterizedTest
    @ValueSource(strings = {"MIT.TEST", "mit.test", "MIT", "mit", "Mit.Example"})
    void realmGoesByAnyNameOfItsDomain(String target) {
        assertThat(proxy.judge(body(recorded("tgs-req"), target), HOME)).isInstanceOf(Verdict.Ask.class);
        assertThat(proxy.judge(body(guess(name(1, "alice"), target), target), HOME))
                .isInstanceOf(Verdict.Ask.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"LAB.TEST", "MIT.TEST.", "MIT.TES", "localhost", "127.0.0.1", "MIT.TEST/88", "*", "\u00dcnfug"})
    void otherRealmsAreRefused(String target) {
        assertThat(proxy.judge(body(recorded("as-req"), target), HOME))
                .isEqualTo(new Verdict.Refused(target, MessageType.AS_REQ, "the realm is not one of [kdc-proxy]"));
    }

    @ParameterizedTest
    @CsvSource({"as-req, AS_REQ", "tgs-req, TGS_REQ", "kpasswd-req, KPASSWD"})
    void realmInsideTheMessageMustBeTheSame(String recording, MessageType type) {
        KdcProxy both = proxy(true, Samples.LAB, Samples.MIT);
        assertThat(both.judge(body(recorded(recording), "LAB.TEST"), HOME))
                .isEqualTo(new Verdict.Refused("LAB.TEST", type, "the message inside is for another realm: MIT.TEST"));
    }

    @Test
    void passwordChangesCanBeOff() {
        KdcProxy without = proxy(false, Samples.MIT);
        assertThat(without.judge(body(recorded("kpasswd-req"), "MIT.TEST"), HOME))
                .isEqualTo(new Verdict.Refused(
                        "MIT.TEST", MessageType.KPASSWD, "changes of passwords are off in [kdc-proxy]"));
        assertThat(without.judge(body(recorded("tgs-req"), "MIT.TEST"), HOME)).isInstanceOf(Verdict.Ask.class);
    }

    @Test
    void domainIsRequired() {
        byte[] withoutDomain = KdcProxyMessage.answer(token("as-req"));
        assertThat(proxy.judge(withoutDomain, HOME)).isEqualTo(new Verdict.Malformed("no target-domain"));
    }

    @Test
    void malformedMessagesAreRefused() {
        assertThat(proxy.judge(new byte[0], HOME)).isInstanceOf(Verdict.Malformed.class);
        assertThat(proxy.judge(body(new byte[] {0x6a, 0}, "MIT.TEST"), HOME)).isInstanceOf(Verdict.Malformed.class);
    }

    /** The task of a budget: the KDC is not asked any more. */
    @Test
    void wrongPasswordsCost() {
        for (int i = 0; i < OF_ONE_STRANGER; i++) {
            permitted(guess("alice")).answered(token("preauth-failed"));
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Throttled.class);
        assertThat(guessesLeft()).as("of somebody new").isEqualTo(1);
    }

    @Test
    void manyNamesCostTheSource() {
        for (int i = 0; i < PER_SOURCE; i++) {
            permitted(guess("user" + i)).answered(token("unknown-principal"));
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Throttled.class);
        assertThat(again(ELSEWHERE)).isInstanceOf(Verdict.Ask.class);
    }

    /** Guesses at the same time cannot slip through, whatever comes of them. */
    @Test
    void guessesUnderWayCount() {
        for (int i = 0; i < OF_ONE_STRANGER; i++) {
            permitted(guess("alice"));
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Throttled.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 18, 24, 31, 1, 60, 62, 75, 4711, -1})
    void whatMayBeAWrongPasswordCosts(int code) {
        permitted(guess("alice")).answered(error(code));
        assertThat(guessesLeft()).isLessThan(OF_ONE_STRANGER);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 12, 13, 14, 16, 23, 25, 29, 37, 52, 68, 90, 91, 93})
    void whatSaysNothingAboutThePasswordIsFree(int code) {
        for (int i = 0; i < 3 * PER_SOURCE; i++) {
            permitted(guess("alice")).answered(error(code));
        }
        assertThat(guessesLeft()).isEqualTo(OF_ONE_STRANGER);
    }

    @Test
    void requestThatIsGivenUpCosts() {
        permitted(guess("alice")).close();
        assertThat(guessesLeft()).isLessThan(OF_ONE_STRANGER);
    }

    @Test
    void noAnswerToAQuestionWithoutPasswordIsFree() {
        for (int i = 0; i < 3 * PER_SOURCE; i++) {
            try (PermittedRequest permitted = permitted(recorded("as-req"))) {
                permitted.unanswered();
            }
        }
        assertThat(guessesLeft()).isEqualTo(OF_ONE_STRANGER);
    }

    /** The KDC may have counted it: a client can send it so late that the gateway cannot wait for the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"as-req-timestamp", "as-req-fast"})
    void noAnswerToAPasswordCosts(String recording) {
        for (int i = 0; i < OF_ONE_STRANGER; i++) {
            try (PermittedRequest permitted = permitted(recorded(recording))) {
                permitted.unanswered();
            }
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Throttled.class);
    }

    /** An outage keeps nobody out from where they signed in before. */
    @Test
    void noAnswerToAPasswordCostsNothingWhereItWasRightBefore() {
        guesses.signedIn(HOME, "alice");
        for (int i = 0; i < 2 * OF_STRANGERS; i++) {
            try (PermittedRequest permitted = permitted(recorded("as-req-timestamp"))) {
                permitted.unanswered();
            }
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Ask.class);
    }

    /** Also to find out whether there is an account is a guess. */
    @Test
    void questionsWithoutPreAuthenticationCostWhenThereIsNoAccount() {
        permitted(recorded("as-req")).answered(token("preauth-required"));
        for (int i = 0; i < OF_ONE_STRANGER; i++) {
            permitted(recorded("as-req")).answered(token("unknown-principal"));
        }
        assertThat(proxy.judge(body(recorded("as-req"), "MIT.TEST"), HOME)).isInstanceOf(Verdict.Throttled.class);
    }

    @Test
    void sourceThatSignedInKeepsItsOwnGuesses() {
        guesses.signedIn(HOME, "alice");
        for (int i = 0; i < OF_STRANGERS; i++) {
            assertThat(again(Samples.address("203.0.113." + i))).isInstanceOf(Verdict.Ask.class);
        }
        assertThat(again(ELSEWHERE)).isInstanceOf(Verdict.Throttled.class);
        assertThat(again(HOME)).as("the owner, from where they signed in").isInstanceOf(Verdict.Ask.class);
    }

    /**
     * A KDC gives an account that needs no pre-authentication a ticket whatever comes with the question, and inside an
     * armour may be another name: both would make strangers trusted.
     */
    @ParameterizedTest
    @ValueSource(strings = {"as-req", "as-req-timestamp", "as-req-fast"})
    void aTicketFromTheKdcMakesNobodyKnown(String recording) {
        permitted(recorded(recording)).answered(token("as-rep"));
        for (int i = 0; i < OF_STRANGERS; i++) {
            assertThat(again(Samples.address("203.0.113." + i))).isInstanceOf(Verdict.Ask.class);
        }
        assertThat(again(HOME)).isInstanceOf(Verdict.Throttled.class);
    }

    /** Inside of each may be a guess at one and the same account, under whatever name the outside shows. */
    @Test
    void guessesInsideAnArmourCountForTheSourceWhateverNameTheyShow() {
        GuessBudget many = new GuessBudget(() -> 0, 8, 50, Duration.ofMinutes(10));
        KdcProxy generous = new KdcProxy(List.of(Samples.MIT), true, many, Duration.ZERO, CLOCK);
        int passed = 0;
        for (int i = 0; i < 60; i++) {
            byte[] armoured = Samples.armoured("user" + i);
            if (generous.judge(body(armoured, "MIT.TEST"), HOME) instanceof Verdict.Ask(PermittedRequest permitted)) {
                permitted.answered(token("preauth-failed"));
                passed++;
            }
        }
        assertThat(passed).isEqualTo(8);
        assertThat(generous.judge(body(Samples.armoured("alice"), "MIT.TEST"), ELSEWHERE))
                .as("somebody else with an armour")
                .isInstanceOf(Verdict.Ask.class);
    }

    /** Names that a KDC takes for the same account have one budget. */
    @ParameterizedTest
    @CsvSource({"10, alice@MIT.TEST", "10, alice@mit.example", "1, alice@mit", "1, MIT\\alice", "10, ALICE", "1, Álice"
    })
    void spellingsOfAnAccountShareItsGuesses(int type, String user) {
        for (int i = 0; i < OF_STRANGERS; i++) {
            proxy.judge(body(guess(name(type, user), "MIT.TEST"), "MIT.TEST"), HOME);
        }
        assertThat(guessesLeft()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tgs-req", "kpasswd-req"})
    void messagesOfWhoHasATicketAreNoGuesses(String recording) {
        for (int i = 0; i < 3 * PER_SOURCE; i++) {
            permitted(recorded(recording)).answered(error(24));
        }
        assertThat(guessesLeft()).isEqualTo(OF_ONE_STRANGER);
    }

    /** RFC 4120 section 5.9.1, field by field. */
    @Test
    void guessTooManyIsAnsweredWithAnErrorOfKerberos() {
        for (int i = 0; i < OF_STRANGERS; i++) {
            permitted(recorded("as-req-timestamp"), Samples.address("192.0.2." + (10 + i)));
        }
        Verdict verdict = proxy.judge(body(recorded("as-req-timestamp"), "mit.test"), HOME);
        String expected = "308180a07e047c" + "00000078" + "7e763074" + "a003020105" + "a10302011e"
                + "a411180f"
                + HexFormat.of().formatHex("20261123003221Z".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                + "a505020301e240" + "a603020112"
                + "a70a1b084d49542e54455354" + "a8123010a003020101a10930071b05616c696365"
                + "a90a1b084d49542e54455354" + "aa1d301ba003020102a11430121b066b72627467741b084d49542e54455354";
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Throttled.class, throttled -> {
            assertThat(throttled.account()).isEqualTo("alice@MIT.TEST");
            assertThat(throttled.realm()).isEqualTo("MIT.TEST");
            assertThat(HexFormat.of().formatHex(throttled.answer().bytes())).isEqualTo(expected);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "as-req, as-rep, true",
        "as-req, preauth-required, true",
        "as-req, tgs-rep, false",
        "as-req, kpasswd-rep, false",
        "tgs-req, tgs-rep, true",
        "tgs-req, preauth-failed, true",
        "tgs-req, as-rep, false",
        "kpasswd-req, kpasswd-rep, true",
        "kpasswd-req, preauth-failed, true",
        "kpasswd-req, as-rep, false",
    })
    void onlyAnAnswerToTheMessageIsAnAnswer(String request, String answer, boolean fits) {
        assertThat(permitted(recorded(request)).isAnsweredBy(token(answer))).isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7e", "7e00", "7e023000", "485454502f312e31", "16030100020228"})
    void garbageIsNoAnswer(String hex) {
        Token garbage = Token.of(HexFormat.of().parseHex(hex));
        PermittedRequest permitted = permitted(recorded("as-req"));
        assertThat(permitted.isAnsweredBy(garbage)).isFalse();
        assertThat(permitted.isTooBig(garbage)).isFalse();
    }

    @Test
    void onlyOneErrorAsksForTcp() {
        PermittedRequest permitted = permitted(recorded("tgs-req"));
        assertThat(permitted.isTooBig(error(52))).isTrue();
        assertThat(permitted.isTooBig(error(25))).isFalse();
        assertThat(permitted.isTooBig(token("tgs-rep"))).isFalse();
    }

    @Test
    void answerGoesBackInAnEnvelope() throws Exception {
        KdcProxyMessage answer =
                KdcProxyMessage.parse(permitted(recorded("tgs-req")).answered(token("tgs-rep")));
        assertThat(answer).isEqualTo(new KdcProxyMessage(token("tgs-rep"), Optional.empty()));
    }
}
