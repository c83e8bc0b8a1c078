package io.gatehouse.core.login;

import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The 401 loop of the gateway as a function: a request's {@code Authorization} and what is half done become an answer.
 * Where the half-done attempt is kept between two requests is the caller's business: with the connection, or behind a
 * proxy in {@link PendingLogins}. Safe for use by many threads; one attempt belongs to one request at a time.
 */
public final class HttpLogin {
    /** The longest header value that is looked at, in characters: more than a token of the largest size in base64. */
    static final int MAX_HEADER = 96 * 1024;

    private static final int GSS_FRAME = SpnegoToken.GSS_FRAME;
    private static final int LONGEST_SCHEME_NAME = 32;
    private static final String NOTHING_BEGAN = "token continues no exchange of this connection";
    private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]++=*+");

    private final Mechanisms mechanisms;
    private final LoginServices services;

    /** A loop over {@code mechanisms}. */
    public HttpLogin(Mechanisms mechanisms, LoginServices services) {
        this.mechanisms = mechanisms;
        this.services = services;
    }

    /**
     * Answers one request. May block in a provider.
     *
     * @param authorization the value of the request's {@code Authorization} header
     * @param pending the half-done attempt of the connection; it is closed, unless the answer returns it
     * @param peer who asks
     */
    public Answer answer(Optional<String> authorization, Optional<LoginAttempt> pending, Peer peer) {
        return answer(authorization, pending, peer, Optional::empty);
    }

    /**
     * As {@link #answer(Optional, Optional, Peer)}.
     *
     * @param lost asked when a token continues an exchange and there is none: why that is, if it is known
     */
    public Answer answer(
            Optional<String> authorization,
            Optional<LoginAttempt> pending,
            Peer peer,
            Supplier<Optional<String>> lost) {
        Answer answer = authorization
                .map(header -> answer(header, pending, peer, lost))
                .orElseGet(
                        () -> new Answer.Unauthorized(mechanisms.challenges(peer), Optional.empty(), Optional.empty()));
        pending.filter(attempt -> !isReturned(attempt, answer)).ifPresent(LoginAttempt::close);
        return answer;
    }

    private static boolean isReturned(LoginAttempt attempt, Answer answer) {
        return switch (answer) {
            case Answer.Unauthorized unauthorized ->
                unauthorized.pending().filter(kept -> kept == attempt).isPresent();
            case Answer.Authorized _ -> false;
        };
    }

    private Answer answer(
            String authorization, Optional<LoginAttempt> pending, Peer peer, Supplier<Optional<String>> lost) {
        if (authorization.length() > MAX_HEADER) {
            return refuse(
                    "unknown",
                    Reason.MALFORMED,
                    "authorization of %d characters (expected at most %d)"
                            .formatted(authorization.length(), MAX_HEADER),
                    peer);
        }
        String[] parts = authorization.strip().split("[ \t]+", 2);
        String method = printable(parts[0]);
        Optional<TokenMechanism> mechanism = mechanisms.forHttp(parts[0], peer);
        if (mechanism.isEmpty()) {
            return refuse(method, Reason.REFUSED, "scheme is not offered", peer);
        }
        boolean bearer = mechanism.get().scheme() == Scheme.BEARER;
        Optional<Token> token = parts.length < 2 ? Optional.empty() : bearer ? text(parts[1]) : decode(parts[1]);
        if (token.isEmpty()) {
            return refuse(method, Reason.MALFORMED, bearer ? "no bearer token" : "no token in base64", peer);
        }
        return switch (mechanism.get().scheme()) {
            case BASIC, BEARER -> oneRound(mechanism.get(), token.get(), peer);
            case NTLM, NEGOTIATE -> severalRounds(mechanism.get(), token.get(), pending, peer, lost);
            case KERBEROS -> refuse(method, Reason.REFUSED, "scheme is not offered", peer);
        };
    }

    private Answer oneRound(TokenMechanism mechanism, Token token, Peer peer) {
        try (LoginAttempt attempt = open(mechanism, peer)) {
            return switch (attempt.next(token)) {
                case LoginStep.Continue _ ->
                    refuse(attempt.method(), Reason.UNAVAILABLE, "the provider needs another round", peer);
                case LoginStep.Done done -> done(attempt, done, peer);
            };
        }
    }

    private Answer severalRounds(
            TokenMechanism mechanism,
            Token token,
            Optional<LoginAttempt> pending,
            Peer peer,
            Supplier<Optional<String>> lost) {
        Optional<LoginAttempt> continued = pending.filter(attempt -> attempt.scheme() == mechanism.scheme());
        if (opens(token)) {
            return round(open(mechanism, peer), token, peer);
        }
        return continued
                .map(attempt -> round(attempt, token, peer))
                .orElseGet(() -> refuse(
                        mechanism.scheme().label(), Reason.MALFORMED, lost.get().orElse(NOTHING_BEGAN), peer));
    }

    private Answer round(LoginAttempt attempt, Token token, Peer peer) {
        return switch (attempt.next(token)) {
            case LoginStep.Continue(Token challenge) ->
                new Answer.Unauthorized(List.of(line(attempt, challenge)), Optional.of(attempt), Optional.empty());
            case LoginStep.Done done -> done(attempt, done, peer);
        };
    }

    private Answer done(LoginAttempt attempt, LoginStep.Done done, Peer peer) {
        return switch (done.outcome()) {
            case Accepted(var identity, var farewell) ->
                new Answer.Authorized(
                        identity,
                        farewell.filter(_ -> attempt.scheme() == Scheme.NEGOTIATE)
                                .map(token -> line(attempt, token)));
            case Rejected rejected -> refuse(new Refusal(attempt.method(), done.claimedAccount(), rejected), peer);
        };
    }

    private LoginAttempt open(TokenMechanism mechanism, Peer peer) {
        return new LoginAttempt(mechanism, peer, Venue.HTTP_AUTHORIZATION, services);
    }

    private Answer refuse(String method, Reason reason, String detail, Peer peer) {
        return refuse(new Refusal(method, Optional.empty(), new Rejected(reason, detail)), peer);
    }

    private Answer refuse(Refusal refusal, Peer peer) {
        return new Answer.Unauthorized(mechanisms.challenges(peer), Optional.empty(), Optional.of(refusal));
    }

    /** Whether a token begins an exchange: NTLM's type 1, or anything in GSS framing. */
    private static boolean opens(Token token) {
        return NtlmMessages.isNegotiate(token) || token.startsWith(new byte[] {GSS_FRAME});
    }

    private static String line(LoginAttempt attempt, Token token) {
        return attempt.scheme().httpName().orElseThrow() + " "
                + Base64.getEncoder().encodeToString(token.bytes());
    }

    private static Optional<Token> decode(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return bytes.length == 0 ? Optional.empty() : Optional.of(Token.of(bytes));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** RFC 6750 2.1: a bearer token is text of its own, whatever it looks like. */
    private static Optional<Token> text(String text) {
        return BEARER_TOKEN.matcher(text).matches()
                ? Optional.of(Token.of(text.getBytes(StandardCharsets.US_ASCII)))
                : Optional.empty();
    }

    /** A scheme's name as the client spells it, fit for the audit log. */
    private static String printable(String name) {
        String cut = name.length() > LONGEST_SCHEME_NAME ? name.substring(0, LONGEST_SCHEME_NAME) : name;
        return cut.replaceAll("[^A-Za-z0-9._-]", "?").toLowerCase(Locale.ROOT);
    }
}
