package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.api.WebRequest;
import io.gatehouse.core.login.Answer;
import io.gatehouse.core.login.HttpLogin;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.LoginStep;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.portal.LocalPath;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.formats.digest.RandomIds;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The page with all ways to sign in, and those that need no other site: the password, and what the browser proves by
 * itself.
 */
final class SignInPages {
    private static final Duration BROWSER_LIFE = Duration.ofHours(1);
    private static final int BROWSER_ID_BYTES = 32;
    private static final Pattern BROWSER_ID = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final String FORM = "basic";
    private static final String SECOND_REQUEST =
            "the browser's SPNEGO token asks for a second request (expected a Kerberos ticket in the first one)";
    private static final int LONGEST_USER = 256;
    private static final int LONGEST_PASSWORD = 1024;

    private final PortalServices services;
    private final SessionStart sessionStart;
    private final Renderer renderer;
    private final Optional<HttpLogin> negotiate;
    private final StepUp stepUp;
    private final Optional<SecondFactorSignIn> secondFactor;

    /** How a user tried to sign in, which decides what the page says about a failure. */
    enum Way {
        PASSWORD("signin.wrong"),
        TICKET("signin.noticket"),
        ELSEWHERE("signin.refused");

        private final String message;

        Way(String message) {
            this.message = message;
        }
    }

    SignInPages(PortalServices services, SessionStart sessionStart, Renderer renderer) {
        this.services = services;
        this.sessionStart = sessionStart;
        this.renderer = renderer;
        this.negotiate = services.tickets().map(tickets -> new HttpLogin(tickets, services.login()));
        this.stepUp = new StepUp(services);
        this.secondFactor = services.secondFactors()
                .map(factors -> new SecondFactorSignIn(services, factors, sessionStart, renderer, this));
    }

    /** Takes the second factors of sign-ins, where the configuration has them. */
    Optional<SecondFactorSignIn> secondFactor() {
        return secondFactor;
    }

    /** Shows the ways to sign in. */
    void show(PortalExchange exchange) {
        show(exchange, 200, Optional.empty(), returnTo(exchange));
    }

    /** The return from an identity provider belongs to no sign-in of this browser. */
    void stale(PortalExchange exchange) {
        show(exchange, 403, Optional.of("signin.stale"), PortalPath.DESKTOPS.path());
    }

    /** There is no such way. */
    void unknown(PortalExchange exchange) {
        exchange.refused(404, "no such way to sign in");
        show(exchange, 404, Optional.of("signin.unknown"), PortalPath.DESKTOPS.path());
    }

    /** Shows that sign-in is temporarily unavailable; the caller has written why. */
    void unavailable(PortalExchange exchange) {
        show(exchange, 503, Optional.of("signin.unavailable"), returnTo(exchange));
    }

    private void show(PortalExchange exchange, int status, Optional<String> problem, String returnTo) {
        String browser = browser(exchange);
        List<Views.IdentityProvider> ways = services.externalSignIns().stream()
                .map(way -> new Views.IdentityProvider(way.id(), way.label()))
                .toList();
        Views.SignIn view = new Views.SignIn(
                browser,
                returnTo,
                exchange.parameter("user")
                        .filter(user -> user.length() <= LONGEST_USER)
                        .orElse(""),
                problem,
                services.passwords().isPresent(),
                negotiate.isPresent(),
                services.proxySignsIn(),
                services.certificateSignsIn(),
                ways);
        exchange.html(status, renderer.page(exchange, "signin", "signin.title", Optional.empty(), view));
    }

    static String returnTo(PortalExchange exchange) {
        return exchange.parameter("return_to").flatMap(LocalPath::of).orElse(PortalPath.DESKTOPS.path());
    }

    /** The id of the browser in its cookie, which it gets when it has none. */
    String browser(PortalExchange exchange) {
        String id = knownBrowser(exchange).orElseGet(() -> RandomIds.next(services.random(), BROWSER_ID_BYTES));
        exchange.setCookie(Cookies.of(Cookies.SIGN_IN, id, BROWSER_LIFE));
        return id;
    }

    static Optional<String> knownBrowser(PortalExchange exchange) {
        return exchange.cookie(Cookies.SIGN_IN)
                .filter(id -> BROWSER_ID.matcher(id).matches());
    }

    /** The password form. */
    void submit(PortalExchange exchange) {
        Optional<String> browser = knownBrowser(exchange);
        if (browser.isEmpty() || !exchange.hasSecret("csrf", browser.get())) {
            exchange.refused(403, "a sign-in form of another browser, or an old one");
            show(exchange, 403, Optional.of("signin.stale"), returnTo(exchange));
            return;
        }
        String user = exchange.parameter("user").orElse("").strip();
        String password = exchange.parameter("password").orElse("");
        Optional<TokenMechanism> mechanism = services.passwords();
        if (mechanism.isEmpty()
                || user.isEmpty()
                || user.length() > LONGEST_USER
                || user.indexOf(':') >= 0
                || password.isEmpty()
                || password.length() > LONGEST_PASSWORD) {
            String problem =
                    "user name of %d and password of %d characters (expected 1 to %d and 1 to %d, no colon in the name)"
                            .formatted(user.length(), password.length(), LONGEST_USER, LONGEST_PASSWORD);
            refuse(exchange, Optional.empty(), FORM, new Rejected(Reason.MALFORMED, problem));
            return;
        }
        Token token = Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        LoginStep step;
        try (LoginAttempt attempt =
                new LoginAttempt(mechanism.get(), exchange.peer(), Venue.PORTAL_FORM, services.login())) {
            step = attempt.next(token);
        }
        String method = mechanism.get().scheme().label();
        switch (step) {
            case LoginStep.Continue _ ->
                refuse(exchange, Optional.empty(), method, new Rejected(Reason.MALFORMED, "more than one round"));
            case LoginStep.Done(Outcome.Rejected rejected, Optional<String> account) ->
                refuse(exchange, account, method, rejected);
            case LoginStep.Done(Outcome.Accepted(Identity identity, var farewell), Optional<String> account) ->
                proved(exchange, identity, Way.PASSWORD);
        }
    }

    private void refuse(PortalExchange exchange, Optional<String> account, String method, Rejected rejected) {
        sessionStart.refused(exchange, account, method, rejected);
        refused(exchange, rejected.reason(), Way.PASSWORD, returnTo(exchange));
    }

    /** Tells the user, in words that help no attacker. */
    void refused(PortalExchange exchange, Reason reason, Way way, String returnTo) {
        switch (reason) {
            case THROTTLED -> show(exchange, 429, Optional.of("signin.throttled"), returnTo);
            case UNAVAILABLE, UNANSWERED -> show(exchange, 503, Optional.of("signin.unavailable"), returnTo);
            case BAD_CREDENTIALS, NOT_KNOWN, EXPIRED, LOCKED, MALFORMED, NOT_FOR_US, REFUSED ->
                show(exchange, 403, Optional.of(way.message), returnTo);
        }
    }

    /**
     * Asks the browser for a Kerberos ticket (RFC 4559). One that has none shows the page that comes with the question,
     * where all other ways are.
     */
    void negotiate(PortalExchange exchange) {
        if (negotiate.isEmpty()) {
            unknown(exchange);
            return;
        }
        Answer answer = negotiate
                .get()
                .answer(
                        exchange.header("Authorization"),
                        Optional.empty(),
                        exchange.peer(),
                        () -> Optional.of(lost(exchange)));
        switch (answer) {
            case Answer.Authorized(Identity identity, Optional<String> farewell) -> {
                farewell.ifPresent(token -> exchange.setHeader("WWW-Authenticate", token));
                proved(exchange, identity, Way.TICKET);
            }
            case Answer.Unauthorized unauthorized -> {
                unauthorized.pending().ifPresent(half -> {
                    sessionStart.refused(
                            exchange, Optional.empty(), half.method(), new Rejected(Reason.REFUSED, SECOND_REQUEST));
                    half.close();
                });
                unauthorized
                        .refusal()
                        .ifPresent(refusal -> sessionStart.refused(
                                exchange, refusal.account(), refusal.method(), refusal.rejected()));
                exchange.setHeader("WWW-Authenticate", "Negotiate");
                show(exchange, 401, Optional.of(Way.TICKET.message), returnTo(exchange));
            }
        }
    }

    /** Why a token leads nowhere that goes on with a sign-in of which there was no first request here. */
    private static String lost(PortalExchange exchange) {
        return exchange.peer().viaProxy()
                ? ("the token goes on with a sign-in that did not begin here: the portal takes a ticket in one request"
                                + " (the proxy %s passes on Authorization of a sign-in of its own: set it to remove this"
                                + " header)")
                        .formatted(AddressLiteral.text(exchange.neighbour()))
                : "the token goes on with a sign-in that did not begin here: the portal takes a ticket in one request";
    }

    /** A password or ticket was right; a certificate of the same user that the browser shows is a second factor. */
    private void proved(PortalExchange exchange, Identity identity, Way way) {
        WebRequest request = exchange.webRequest();
        Identity confirmed = services.certificates().confirmed(identity, request, exchange.origin());
        Optional<PortalSession.Origin> origin = confirmed.proofs().equals(identity.proofs())
                ? Optional.empty()
                : Optional.of(new PortalSession.Origin.WithCertificate(
                        services.certificates().shown(request)));
        signedIn(exchange, confirmed, origin, way, returnTo(exchange));
    }

    /** Begins a session and leads the browser on; asks for a second factor before, where the user must have one. */
    void signedIn(
            PortalExchange exchange,
            Identity identity,
            Optional<PortalSession.Origin> origin,
            Way way,
            String returnTo) {
        Identity known = sessionStart.known(identity);
        if (stepUp.isRequired(known, origin)) {
            secondFactor.orElseThrow().ask(exchange, known, returnTo);
        } else {
            begin(exchange, identity, origin, way, returnTo).ifPresent(_ -> exchange.redirect(returnTo));
        }
    }

    /** Begins a session; empty when it must not, which the page says. */
    Optional<PortalSession> begin(
            PortalExchange exchange,
            Identity identity,
            Optional<PortalSession.Origin> origin,
            Way way,
            String returnTo) {
        return switch (sessionStart.begin(exchange, identity, origin)) {
            case SessionStart.Start.Begun(PortalSession session) -> {
                exchange.setCookie(Cookies.gone(Cookies.SIGN_IN));
                yield Optional.of(session);
            }
            case SessionStart.Start.Blocked(Rejected rejected) -> {
                refused(exchange, rejected.reason(), way, returnTo);
                yield Optional.empty();
            }
            case SessionStart.Start.Full() -> {
                exchange.refused(503, SessionStart.TOO_MANY);
                show(exchange, 503, Optional.of("signin.unavailable"), returnTo);
                yield Optional.empty();
            }
        };
    }
}
