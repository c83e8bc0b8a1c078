package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.ALICE;
import static io.gatehouse.core.login.FakeMechanism.PEER;
import static io.gatehouse.core.login.FakeMechanism.hexToken;
import static io.gatehouse.core.login.FakeMechanism.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.core.guess.GuessBudget;
import io.gatehouse.core.login.Answer.Authorized;
import io.gatehouse.core.login.Answer.Unauthorized;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HttpLoginTest {
    private static final List<String> ALL =
            List.of("Negotiate", "NTLM", "Basic realm=\"Gatehouse\", charset=\"UTF-8\"");
    private static final Token TYPE_1 = token("NTLMSSP\0\1\0\0\0");
    private static final Token RIGHT = token("NTLMSSP\0\3\0\0\0\1");
    private static final Token WRONG = token("NTLMSSP\0\3\0\0\0\0");

    private final FakeMechanism ntlm = FakeMechanism.ntlm();
    private final FakeMechanism basic = FakeMechanism.basic();
    private final HttpLogin login = new HttpLogin(Mechanisms.of(List.of(ntlm, basic)), services((_, failure) -> {
        throw new AssertionError(failure);
    }));

    private static LoginServices services(BrokenProviderListener listener) {
        return new LoginServices(
                new GuessBudget(new MutableClock(), 8, 8, Duration.ofMinutes(1)),
                (_, _) -> Runnable::run,
                Domains.NONE,
                listener);
    }

    private static String header(String scheme, Token token) {
        return scheme + " " + Base64.getEncoder().encodeToString(token.bytes());
    }

    private Answer send(String header) {
        return login.answer(Optional.of(header), Optional.empty(), PEER);
    }

    private Answer send(String header, LoginAttempt pending) {
        return login.answer(Optional.of(header), Optional.of(pending), PEER);
    }

    private LoginAttempt challenged(String scheme) {
        return ((Unauthorized) send(header(scheme, TYPE_1))).pending().orElseThrow();
    }

    private static Answer refused(String method, Reason reason, String detail) {
        return refused(method, Optional.empty(), reason, detail);
    }

    private static Answer refused(String method, Optional<String> account, Reason reason, String detail) {
        return new Unauthorized(
                ALL, Optional.empty(), Optional.of(new Refusal(method, account, new Rejected(reason, detail))));
    }

    @Test
    void withoutAuthorizationAllSchemesAreOffered() {
        assertThat(login.answer(Optional.empty(), Optional.empty(), PEER))
                .isEqualTo(new Unauthorized(ALL, Optional.empty(), Optional.empty()));
    }

    @Test
    void theChallengeStandsAlone() {
        Unauthorized answer = (Unauthorized) send(header("NTLM", TYPE_1));
        assertThat(answer.wwwAuthenticate()).containsExactly("NTLM TlRMTVNTUAACAAAA");
        assertThat(answer.pending()).isPresent();
        assertThat(answer.refusal()).isEmpty();
    }

    @Test
    void negotiateAnswersRawNtlmUnderItsOwnName() {
        Unauthorized answer = (Unauthorized) send(header("negotiate", TYPE_1));
        assertThat(answer.wwwAuthenticate()).containsExactly("Negotiate TlRMTVNTUAACAAAA");
        assertThat(send(header("negotiate", RIGHT), answer.pending().orElseThrow()))
                .isEqualTo(new Authorized(ALICE, Optional.empty()));
    }

    @Test
    void theRightAnswerSignsIn() {
        assertThat(send(header("NTLM", RIGHT), challenged("NTLM"))).isEqualTo(new Authorized(ALICE, Optional.empty()));
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void theWrongAnswerGetsAllSchemesAndNoToken() {
        assertThat(send(header("NTLM", WRONG), challenged("NTLM")))
                .isEqualTo(refused("ntlm", Optional.of("alice"), Reason.BAD_CREDENTIALS, "wrong password"));
        assertThat(ntlm.closed).isEqualTo(1);
    }

    /** One word stands for a method, whatever carries it. */
    @Test
    void ntlmInsideNegotiateIsRefusedAsNtlm() {
        assertThat(send(header("Negotiate", WRONG), challenged("Negotiate")))
                .isEqualTo(refused("ntlm", Optional.of("alice"), Reason.BAD_CREDENTIALS, "wrong password"));
    }

    @Test
    void aSecondTypeOneRestarts() {
        LoginAttempt first = challenged("NTLM");
        Unauthorized answer = (Unauthorized) send(header("NTLM", TYPE_1), first);
        assertThat(answer.wwwAuthenticate()).containsExactly("NTLM TlRMTVNTUAACAAAA");
        assertThat(answer.pending()).isPresent();
        assertThat(answer.pending().orElseThrow()).isNotSameAs(first);
        assertThat(ntlm.opened).isEqualTo(2);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void aSpnegoInitRestarts() {
        LoginAttempt first = challenged("Negotiate");
        Token init = hexToken("6018 06062b0601050502 a00e 300c a00a 3008 06062b0601050505");
        assertThat(send(header("Negotiate", init), first)).isInstanceOf(Unauthorized.class);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutChallengeIsMalformed() {
        assertThat(send(header("NTLM", RIGHT)))
                .isEqualTo(refused("ntlm", Reason.MALFORMED, "token continues no exchange of this connection"));
        assertThat(send(header("Negotiate", hexToken("a1 07 30 05 a0 03 0a 01 01"))))
                .isEqualTo(refused("negotiate", Reason.MALFORMED, "token continues no exchange of this connection"));
        assertThat(ntlm.opened).isZero();
    }

    @Test
    void anAnswerUnderAnotherSchemeContinuesNothing() {
        assertThat(send(header("Negotiate", RIGHT), challenged("NTLM")))
                .isEqualTo(refused("negotiate", Reason.MALFORMED, "token continues no exchange of this connection"));
        assertThat(ntlm.closed).isEqualTo(1);
        assertThat(ntlm.verified).isZero();
    }

    @Test
    void aRequestWithoutAuthorizationEndsTheHalfDoneAttempt() {
        assertThat(login.answer(Optional.empty(), Optional.of(challenged("NTLM")), PEER))
                .isEqualTo(new Unauthorized(ALL, Optional.empty(), Optional.empty()));
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void basicSignsInWithTheBytesAsTheyAre() {
        assertThat(send(header("Basic", Token.of("jörg:secret".getBytes(StandardCharsets.UTF_8)))))
                .isEqualTo(new Authorized(ALICE, Optional.empty()));
        assertThat(basic.received).containsExactly("6ac3b672673a736563726574");
        assertThat(basic.closed).isEqualTo(1);
    }

    @Test
    void basicWithTheWrongPasswordNamesTheClaimedAccount() {
        assertThat(send("Basic bW9uYTpuby1zZWNyZXQ="))
                .isEqualTo(refused("basic", Optional.of("mona"), Reason.BAD_CREDENTIALS, "wrong password"));
    }

    @Test
    void basicEndsAHalfDoneAttempt() {
        assertThat(send("Basic bW9uYTpzZWNyZXQ=", challenged("NTLM"))).isInstanceOf(Authorized.class);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void basicWithoutEncryptionIsRefused() {
        Peer clear = new Peer(PEER.address(), false, false, List.of());
        assertThat(login.answer(Optional.of("Basic bW9uYTpzZWNyZXQ="), Optional.empty(), clear))
                .isEqualTo(new Unauthorized(
                        List.of("Negotiate", "NTLM"),
                        Optional.empty(),
                        Optional.of(new Refusal(
                                "basic", Optional.empty(), new Rejected(Reason.REFUSED, "scheme is not offered")))));
        assertThat(basic.opened).isZero();
    }

    @Test
    void basicHasOneRoundOnly() {
        FakeMechanism endless = new FakeMechanism(Scheme.BASIC, Step.Challenge::new);
        HttpLogin other = new HttpLogin(Mechanisms.of(List.of(endless)), services((_, _) -> {}));
        Unauthorized answer = (Unauthorized) other.answer(Optional.of("Basic eDp5"), Optional.empty(), PEER);
        assertThat(answer.pending()).isEmpty();
        assertThat(answer.refusal().orElseThrow().rejected().reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(endless.closed).isEqualTo(1);
    }

    private static final List<String> WITH_BEARER =
            List.of("Negotiate", "NTLM", "Basic realm=\"Gatehouse\", charset=\"UTF-8\"", "Bearer realm=\"Gatehouse\"");

    private final FakeMechanism bearer = new FakeMechanism(
            Scheme.BEARER,
            token -> token.equals(token("ey.J-_.~+/="))
                    ? Outcome.Accepted.of(ALICE)
                    : new Rejected(Reason.BAD_CREDENTIALS, "wrong signature"));
    private final HttpLogin withBearer =
            new HttpLogin(Mechanisms.of(List.of(ntlm, basic, bearer)), services((_, _) -> {}));

    private Answer sendToBearer(String header, Optional<LoginAttempt> pending, Peer peer) {
        return withBearer.answer(Optional.of(header), pending, peer);
    }

    @Test
    void aBearerTokenIsTextAndStandsBesidePasswords() {
        assertThat(sendToBearer("bearer ey.J-_.~+/=", Optional.empty(), PEER))
                .isEqualTo(new Authorized(ALICE, Optional.empty()));
        assertThat(sendToBearer("Bearer abc", Optional.empty(), PEER))
                .isEqualTo(new Unauthorized(
                        WITH_BEARER,
                        Optional.empty(),
                        Optional.of(new Refusal(
                                "bearer", Optional.empty(), new Rejected(Reason.BAD_CREDENTIALS, "wrong signature")))));
        assertThat(sendToBearer("Basic bW9uYTpzZWNyZXQ=", Optional.empty(), PEER))
                .isInstanceOf(Authorized.class);
        assertThat(sendToBearer(header("NTLM", TYPE_1), Optional.empty(), PEER)).isInstanceOf(Unauthorized.class);
        assertThat(bearer.closed).isEqualTo(2);
    }

    @Test
    void aBearerTokenEndsAHalfDoneAttempt() {
        sendToBearer("Bearer abc", Optional.of(challenged("NTLM")), PEER);
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void whatIsNoBearerTokenReachesNoProvider() {
        for (String header :
                List.of("Bearer", "Bearer  ", "Bearer a b", "Bearer a,b", "Bearer ü", "Bearer =", "Bearer a=b")) {
            Unauthorized answer = (Unauthorized) sendToBearer(header, Optional.empty(), PEER);
            assertThat(answer.refusal().orElseThrow().rejected())
                    .isEqualTo(new Rejected(Reason.MALFORMED, "no bearer token"));
        }
        assertThat(bearer.opened).isZero();
    }

    @Test
    void aBearerTokenWithoutEncryptionIsRefused() {
        Peer clear = new Peer(PEER.address(), false, false, List.of());
        Unauthorized answer = (Unauthorized) sendToBearer("Bearer ey.J-_.~+/=", Optional.empty(), clear);
        assertThat(answer.wwwAuthenticate()).containsExactly("Negotiate", "NTLM");
        assertThat(answer.refusal().orElseThrow().rejected())
                .isEqualTo(new Rejected(Reason.REFUSED, "scheme is not offered"));
        assertThat(bearer.opened).isZero();
    }

    @Test
    void unknownSchemesAreRefused() {
        assertThat(send("Bearer abc")).isEqualTo(refused("bearer", Reason.REFUSED, "scheme is not offered"));
        assertThat(send("")).isEqualTo(refused("", Reason.REFUSED, "scheme is not offered"));
        assertThat(send("Dig\u0007est\"x y")).isEqualTo(refused("dig?est?x", Reason.REFUSED, "scheme is not offered"));
        assertThat(send("x".repeat(50))).isEqualTo(refused("x".repeat(32), Reason.REFUSED, "scheme is not offered"));
    }

    @Test
    void brokenBase64IsRefusedAndEndsTheHalfDoneAttempt() {
        assertThat(send("NTLM TlRM*", challenged("NTLM")))
                .isEqualTo(refused("ntlm", Reason.MALFORMED, "no token in base64"));
        assertThat(send("NTLM")).isEqualTo(refused("ntlm", Reason.MALFORMED, "no token in base64"));
        assertThat(send("Negotiate  ")).isEqualTo(refused("negotiate", Reason.MALFORMED, "no token in base64"));
        assertThat(ntlm.closed).isEqualTo(1);
    }

    @Test
    void headersAndTokensThatAreTooLongAreRefused() {
        assertThat(send("NTLM " + "A".repeat(98_304)))
                .isEqualTo(refused(
                        "unknown", Reason.MALFORMED, "authorization of 98309 characters (expected at most 98304)"));
        byte[] large = new byte[65_537];
        System.arraycopy(TYPE_1.bytes(), 0, large, 0, 12);
        assertThat(send(header("NTLM", Token.of(large))))
                .isEqualTo(refused("ntlm", Reason.MALFORMED, "token of 65537 bytes (expected at most 65536)"));
        assertThat(ntlm.opened).isZero();
    }

    @Test
    void theFinalTokenOfNegotiateComesWithTheAuthorization() {
        Token init = hexToken("602b 06062b0601050502 a021 301f a00e 300c 060a2b06010401823702020a"
                + "a20d 040b 4e544c4d53535000 030001");
        FakeMechanism oneRound = new FakeMechanism(Scheme.NTLM, _ -> ntlm.claim("alice", true));
        HttpLogin other = new HttpLogin(Mechanisms.of(List.of(oneRound)), services((_, _) -> {}));
        assertThat(other.answer(Optional.of(header("Negotiate", init)), Optional.empty(), PEER))
                .isEqualTo(new Authorized(
                        ALICE,
                        Optional.of(
                                header("Negotiate", hexToken("a115 3013 a003 0a0100 a10c 060a2b06010401823702020a")))));
    }

    @Test
    void theSpentBudgetLooksLikeAWrongPassword() {
        for (int i = 0; i < 8; i++) {
            send("Basic bW9uYTpuby1zZWNyZXQ=");
        }
        Unauthorized throttled = (Unauthorized) send("Basic bW9uYTpuby1zZWNyZXQ=");
        assertThat(throttled.wwwAuthenticate()).isEqualTo(ALL);
        assertThat(throttled.refusal().orElseThrow().rejected().reason()).isEqualTo(Reason.THROTTLED);
    }
}
