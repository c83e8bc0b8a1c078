package io.gatehouse.jetty.portal;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.PortalMechanism;
import io.gatehouse.api.PortalStep;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.login.LoginAttempt;
import io.gatehouse.core.login.LoginStep;
import io.gatehouse.core.policy.AccountNames;
import io.gatehouse.core.portal.LocalPath;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signs browsers in: by password, at another site, or because somebody in front says who it is. */
final class SignInPages {
    static final String PATH = "/signin";
    static final String HOME = "/desktops";

    private static final Logger LOG = LoggerFactory.getLogger(SignInPages.class);
    private static final Duration BROWSER_LIFE = Duration.ofHours(1);
    private static final Pattern BROWSER_ID = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int LONGEST_USER = 256;
    private static final int LONGEST_PASSWORD = 1024;

    private final PortalServices services;
    private final PortalSessions sessions;
    private final Renderer renderer;
    private final URI portal;
    private final PendingDetours pending = new PendingDetours();

    SignInPages(PortalServices services, PortalSessions sessions, Renderer renderer, URI portal) {
        this.services = services;
        this.sessions = sessions;
        this.renderer = renderer;
        this.portal = portal;
    }

    /** Shows the ways to sign in. */
    void show(Exchange exchange) {
        show(exchange, 200, Optional.empty(), returnTo(exchange));
    }

    private void show(Exchange exchange, int status, Optional<String> problem, String returnTo) {
        String browser = browser(exchange);
        List<Views.Way> ways = services.detours().stream()
                .map(way -> new Views.Way(way.id(), way.label()))
                .toList();
        Views.SignIn view = new Views.SignIn(
                browser,
                returnTo,
                exchange.parameter("user")
                        .filter(user -> user.length() <= LONGEST_USER)
                        .orElse(""),
                problem,
                services.passwords().isPresent(),
                ways);
        exchange.html(status, renderer.page(exchange, "signin", "signin.title", Visitor.STRANGER, view));
    }

    private static String returnTo(Exchange exchange) {
        return exchange.parameter("return_to").flatMap(LocalPath::of).orElse(HOME);
    }

    /** The id of the browser in its cookie, which it gets when it has none. */
    private String browser(Exchange exchange) {
        Optional<String> known = knownBrowser(exchange);
        String id = known.orElseGet(() -> {
            byte[] bytes = new byte[32];
            services.random().nextBytes(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        });
        exchange.setCookie(Cookies.of(Cookies.SIGN_IN, id, BROWSER_LIFE));
        return id;
    }

    private static Optional<String> knownBrowser(Exchange exchange) {
        return exchange.cookie(Cookies.SIGN_IN)
                .filter(id -> BROWSER_ID.matcher(id).matches());
    }

    /** The password form. */
    void submit(Exchange exchange) {
        Optional<String> browser = knownBrowser(exchange);
        if (browser.isEmpty() || !exchange.knows("csrf", browser.get())) {
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
            show(exchange, 403, Optional.of("signin.wrong"), returnTo(exchange));
            return;
        }
        Token token = Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        LoginStep step;
        try (LoginAttempt attempt =
                new LoginAttempt(mechanism.get(), exchange.peer(), Venue.PORTAL_FORM, services.login())) {
            step = attempt.next(token);
        }
        String method = mechanism.get().scheme().name().toLowerCase(Locale.ROOT);
        switch (step) {
            case LoginStep.Continue _ ->
                refuse(exchange, Optional.empty(), method, new Rejected(Reason.MALFORMED, "more than one round"));
            case LoginStep.Done(Outcome.Rejected rejected, Optional<String> account) ->
                refuse(exchange, account, method, rejected);
            case LoginStep.Done(Outcome.Accepted(Identity identity, var farewell), Optional<String> account) ->
                signedIn(exchange, identity, Optional.empty(), returnTo(exchange));
        }
    }

    private void refuse(Exchange exchange, Optional<String> account, String method, Rejected rejected) {
        services.audit()
                .record(new AuditEvent.SignInRefused(
                        exchange.origin(), account, method, rejected.reason(), rejected.detail()));
        switch (rejected.reason()) {
            case THROTTLED -> show(exchange, 429, Optional.of("signin.throttled"), returnTo(exchange));
            case UNAVAILABLE -> show(exchange, 503, Optional.of("signin.unavailable"), returnTo(exchange));
            case BAD_CREDENTIALS, NOT_KNOWN, EXPIRED, LOCKED, MALFORMED, NOT_FOR_US, REFUSED ->
                show(exchange, 403, Optional.of("signin.wrong"), returnTo(exchange));
        }
    }

    private void signedIn(
            Exchange exchange, Identity identity, Optional<PortalSession.Origin> origin, String returnTo) {
        Optional<PortalSession> session = begin(exchange, identity, origin);
        if (session.isEmpty()) {
            show(exchange, 503, Optional.of("signin.unavailable"), returnTo);
        } else {
            exchange.setCookie(Cookies.gone(Cookies.SIGN_IN));
            exchange.redirect(returnTo);
        }
    }

    /** A session of its own for each sign-in; whoever else the browser was before is signed out. */
    private Optional<PortalSession> begin(Exchange exchange, Identity named, Optional<PortalSession.Origin> origin) {
        Identity identity = AccountNames.canonical(named, services.login().domains());
        exchange.cookie(Cookies.SESSION)
                .flatMap(sessions::find)
                .filter(old -> !AccountNames.key(old.identity()).equals(AccountNames.key(identity)))
                .ifPresent(sessions::end);
        Optional<PortalSession> session = sessions.begin(identity, origin);
        session.ifPresent(begun -> {
            services.audit().record(new AuditEvent.SignedIn(exchange.origin(), identity));
            exchange.setCookie(Cookies.of(Cookies.SESSION, begun.id(), Duration.ofSeconds(-1)));
        });
        return session;
    }

    /** Asks those in front who this is. */
    Optional<PortalSession> assess(Exchange exchange) {
        return asserted(exchange).flatMap(asserted -> switch (asserted.outcome()) {
            case Outcome.Accepted(Identity identity, var farewell) -> begin(exchange, identity, Optional.empty());
            case Outcome.Rejected rejected -> {
                services.audit()
                        .record(new AuditEvent.SignInRefused(
                                exchange.origin(),
                                Optional.empty(),
                                asserted.by(),
                                rejected.reason(),
                                rejected.detail()));
                yield Optional.empty();
            }
        });
    }

    /**
     * Asks those in front once more about a session that began with their word: the browser may have changed hands there. What they do
     * not say, or say in a way that is not to be believed, changes nothing.
     *
     * @return the session, or another one of the user who it is by now
     */
    Optional<PortalSession> reassess(Exchange exchange, PortalSession known) {
        String method = known.identity().method();
        if (services.assertions().stream().noneMatch(mechanism -> mechanism.name().equals(method))) {
            return Optional.of(known);
        }
        Optional<Identity> now = asserted(exchange)
                .flatMap(asserted -> switch (asserted.outcome()) {
                    case Outcome.Accepted(Identity identity, var farewell) -> Optional.of(identity);
                    case Outcome.Rejected _ -> Optional.empty();
                });
        return now.filter(identity -> !isOf(known, identity)).isPresent()
                ? begin(exchange, now.get(), Optional.empty())
                : Optional.of(known);
    }

    private boolean isOf(PortalSession session, Identity identity) {
        return AccountNames.key(session.identity())
                .equals(AccountNames.key(
                        AccountNames.canonical(identity, services.login().domains())));
    }

    /** What the first mechanism says that says anything. */
    private record Asserted(String by, Outcome outcome) {}

    private Optional<Asserted> asserted(Exchange exchange) {
        for (AssertionMechanism mechanism : services.assertions()) {
            Optional<Outcome> outcome;
            try {
                outcome = mechanism.assess(exchange.webRequest());
            } catch (RuntimeException | LinkageError failure) {
                outcome = Optional.of(broken(mechanism.name(), failure));
            }
            if (outcome.isPresent()) {
                return Optional.of(new Asserted(mechanism.name(), outcome.get()));
            }
        }
        return Optional.empty();
    }

    /** Sends the browser to another site. */
    void begin(Exchange exchange, String id) {
        withMechanism(exchange, id, mechanism -> {
            String browser = browser(exchange);
            PortalStep step = guarded(id, () -> mechanism.begin(exchange.webRequest(), callback(id)));
            proceed(exchange, mechanism, browser, step, returnTo(exchange));
        });
    }

    /** The browser is back. */
    void resume(Exchange exchange, String id) {
        withMechanism(exchange, id, mechanism -> {
            Optional<String> browser = knownBrowser(exchange);
            Optional<PendingDetours.Detour> detour =
                    browser.flatMap(known -> pending.take(known, id, exchange.parameters()));
            if (browser.isEmpty() || detour.isEmpty()) {
                show(exchange, 403, Optional.of("signin.stale"), HOME);
                return;
            }
            PortalStep step = guarded(
                    id,
                    () -> mechanism.resume(exchange.webRequest(), detour.get().state(), callback(id)));
            proceed(exchange, mechanism, browser.get(), step, detour.get().returnTo());
        });
    }

    private void proceed(
            Exchange exchange, PortalMechanism mechanism, String browser, PortalStep step, String returnTo) {
        switch (step) {
            case PortalStep.Detour(URI to, var state) -> {
                pending.keep(browser, mechanism.id(), to, new PendingDetours.Detour(state, returnTo));
                exchange.redirect(to.toString());
            }
            case PortalStep.SignedIn(Identity identity, var session) ->
                signedIn(exchange, identity, Optional.of(new PortalSession.Origin(mechanism.id(), session)), returnTo);
            case Outcome.Rejected rejected -> refuse(exchange, Optional.empty(), mechanism.id(), rejected);
        }
    }

    /** The other site tells that sessions ended there. */
    void backChannel(Exchange exchange, String id) {
        withMechanism(exchange, id, mechanism -> {
            Optional<PortalMechanism.EndedSessions> ended = mechanism.backChannelLogout(exchange.webRequest());
            ended.ifPresent(which -> sessions.endAll(session -> session.origin()
                    .filter(origin -> origin.mechanism().equals(id) && which.cover(origin.session()))
                    .isPresent()));
            exchange.plain(ended.isPresent() ? 200 : 400, "");
        });
    }

    /** Where a browser that signs out should go, to be signed out there as well. */
    Optional<URI> signOut(PortalSession session) {
        return session.origin()
                .flatMap(origin -> mechanism(origin.mechanism())
                        .flatMap(mechanism -> mechanism.signOut(origin.session(), portal.resolve("/signedout"))));
    }

    private void withMechanism(Exchange exchange, String id, java.util.function.Consumer<PortalMechanism> action) {
        mechanism(id).ifPresentOrElse(action, () -> show(exchange, 404, Optional.of("signin.unknown"), HOME));
    }

    private Optional<PortalMechanism> mechanism(String id) {
        return services.detours().stream().filter(way -> way.id().equals(id)).findFirst();
    }

    private URI callback(String id) {
        return portal.resolve(PATH + "/" + id + "/callback");
    }

    private static PortalStep guarded(String id, Supplier<PortalStep> step) {
        try {
            return step.get();
        } catch (RuntimeException | LinkageError failure) {
            return broken(id, failure);
        }
    }

    private static Rejected broken(String mechanism, Throwable failure) {
        LOG.atError().addKeyValue("mechanism", mechanism).setCause(failure).log("a sign-in provider failed");
        return new Rejected(
                Reason.UNAVAILABLE, "provider failed: " + failure.getClass().getName());
    }
}
