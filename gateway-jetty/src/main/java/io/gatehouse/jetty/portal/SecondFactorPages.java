package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.portal.PendingSecondFactors;
import io.gatehouse.core.portal.PendingSecondFactors.Pending;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpEnrolment;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** The second factor of a user with a session: asks for a code when something needs it, sets up, renews and removes. */
final class SecondFactorPages {
    /** After that a user signs in again before the password alone may set up an app. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final PortalServices services;
    private final SecondFactors factors;
    private final PortalSessions sessions;
    private final Renderer renderer;
    private final StepUp stepUp;
    private final SecondFactorCheck check;
    private final FactorForms forms;
    private final PendingSecondFactors pendings;

    SecondFactorPages(
            PortalServices services,
            SecondFactors factors,
            PortalSessions sessions,
            SessionStart sessionStart,
            Renderer renderer) {
        this.services = services;
        this.factors = factors;
        this.sessions = sessions;
        this.renderer = renderer;
        this.stepUp = new StepUp(services);
        this.check = new SecondFactorCheck(services, factors, sessionStart);
        this.forms = new FactorForms(factors, renderer);
        this.pendings = new PendingSecondFactors(services.clock(), services.random());
    }

    /** Those who are setting up an app. */
    PendingSecondFactors halves() {
        return pendings;
    }

    /** What there is for this user. */
    void show(PortalExchange exchange, PortalSession session) {
        show(exchange, 200, session, Optional.empty());
    }

    private void show(PortalExchange exchange, int status, PortalSession session, Optional<String> problem) {
        Optional<TotpEnrolment> present = factors.of(session.identity());
        if (!stepUp.isOffered(session)) {
            message(exchange, session, "factor.elsewhere");
        } else if (present.isEmpty()) {
            forms.offer(
                    exchange,
                    status,
                    Optional.of(session),
                    session.identity(),
                    form(PortalPath.SECOND_FACTOR_SET_UP, exchange, session, problem));
        } else if (!session.isMultiFactor()) {
            forms.code(
                    exchange,
                    status,
                    Optional.of(session),
                    form(PortalPath.SECOND_FACTOR_CODE, exchange, session, problem));
        } else {
            FactorViews.Present view = new FactorViews.Present(
                    session.csrf(),
                    present.get().since().atOffset(ZoneOffset.UTC).toLocalDate().toString(),
                    present.get().recovery().size(),
                    factors.isRequired(session.identity()),
                    problem);
            exchange.html(status, renderer.page(exchange, "factor", "factor.title", Optional.of(session), view));
        }
    }

    private static FactorViews.Form form(
            PortalPath action, PortalExchange exchange, PortalSession session, Optional<String> problem) {
        return new FactorViews.Form(action.path(), session.csrf(), SignInPages.returnTo(exchange), problem);
    }

    private void message(PortalExchange exchange, PortalSession session, String text) {
        Views.Message view = new Views.Message(
                exchange.messages().text(text),
                PortalPath.DESKTOPS.path(),
                exchange.messages().text("desktop.back"));
        exchange.html(200, renderer.page(exchange, "message", "factor.title", Optional.of(session), view));
    }

    /** The form with a code, for something that needs it. */
    void code(PortalExchange exchange, PortalSession session) {
        proved(exchange, session).ifPresent(proved -> {
            if (raised(exchange, session, proved).isPresent()) {
                exchange.redirect(SignInPages.returnTo(exchange));
            }
        });
    }

    /** The user with the code of the form; empty when it is refused, which the page says. */
    private Optional<Identity> proved(PortalExchange exchange, PortalSession session) {
        if (!stepUp.isOffered(session)) {
            exchange.refuse(403, "no second factor for this session");
            return Optional.empty();
        }
        String typed = exchange.parameter("code").orElse("");
        return switch (check.code(exchange, session.identity(), typed)) {
            case SecondFactorCheck.Answer.Proved(Identity proved) -> Optional.of(proved);
            case SecondFactorCheck.Answer.Refused refused -> {
                show(exchange, refused.status(), session, Optional.of(refused.text("factor.wrong")));
                yield Optional.empty();
            }
        };
    }

    private Optional<PortalSession> raised(PortalExchange exchange, PortalSession session, Identity proved) {
        Optional<PortalSession> raised = sessions.raise(session, proved);
        if (raised.isPresent()) {
            exchange.setCookie(Cookies.ofSession(Cookies.SESSION, raised.get().id()));
        } else {
            exchange.redirect(PortalPath.SIGN_IN.path());
        }
        return raised;
    }

    /** The forms that set up an app: first with a ticket or without, then with a code. */
    void setUp(PortalExchange exchange, PortalSession session) {
        if (!stepUp.isOffered(session)) {
            exchange.refuse(403, "no second factor for this session");
            return;
        }
        Optional<Pending> pending = exchange.parameter("pending")
                .flatMap(pendings::find)
                .filter(own -> AccountNames.key(own.identity()).equals(AccountNames.key(session.identity())));
        if (factors.of(session.identity()).isPresent()) {
            show(exchange, 403, session, Optional.empty());
        } else if (pending.isPresent()) {
            finish(exchange, session, pending.get());
        } else {
            begin(exchange, session);
        }
    }

    private void begin(PortalExchange exchange, PortalSession session) {
        String ticket = "";
        if (factors.needsTicket(session.identity())) {
            ticket = exchange.parameter("ticket").orElse("");
            Optional<SecondFactorCheck.Answer.Refused> refused = check.ticket(exchange, session.identity(), ticket);
            if (refused.isPresent()) {
                String text = refused.get().text("factor.ticket.wrong");
                show(exchange, refused.get().status(), session, Optional.of(text));
                return;
            }
        } else if (session.began().plus(FRESH).isBefore(services.clock().instant())) {
            exchange.refused(403, "a set-up of one-time codes by the password alone, which was long ago");
            show(exchange, 403, session, Optional.of("factor.setup.old"));
            return;
        }
        Pending begun = pendings.settingUp(
                pendings.begin(session.identity(), Optional.empty(), SignInPages.returnTo(exchange)),
                factors.newKey(),
                ticket);
        setUp(exchange, 200, session, begun, Optional.empty());
    }

    private void setUp(
            PortalExchange exchange, int status, PortalSession session, Pending pending, Optional<String> problem) {
        FactorViews.Form form = new FactorViews.Form(
                PortalPath.SECOND_FACTOR_SET_UP.path(), session.csrf(), pending.returnTo(), problem);
        forms.setUp(exchange, status, Optional.of(session), pending, form);
    }

    private void finish(PortalExchange exchange, PortalSession session, Pending pending) {
        String typed = exchange.parameter("code").orElse("");
        switch (check.enrol(exchange, session.identity(), pending.key().orElseThrow(), typed, pending.ticket())) {
            case SecondFactorCheck.Enrolled.Done(Identity proved) -> {
                pendings.take(pending);
                raised(exchange, session, proved)
                        .ifPresent(raised ->
                                codes(exchange, raised, check.recoveryCodes(exchange, proved), pending.returnTo()));
            }
            case SecondFactorCheck.Enrolled.Not(SecondFactorCheck.Answer.Refused refused) ->
                setUp(exchange, refused.status(), session, pending, Optional.of(refused.text("factor.setup.wrong")));
        }
    }

    /** Other recovery codes, for a code. */
    void renew(PortalExchange exchange, PortalSession session) {
        proved(exchange, session)
                .flatMap(proved -> raised(exchange, session, proved))
                .ifPresent(raised -> codes(
                        exchange, raised, check.renew(exchange, raised.identity()), PortalPath.SECOND_FACTOR.path()));
    }

    /** The only time that recovery codes are shown, which could be written before; otherwise there are none. */
    private void codes(PortalExchange exchange, PortalSession session, List<String> codes, String onwards) {
        if (codes.isEmpty()) {
            show(exchange, 503, session, Optional.of("signin.unavailable"));
        } else {
            forms.recovery(exchange, session, codes, onwards);
        }
    }

    /** No more codes, for a code, unless the user must have them. */
    void remove(PortalExchange exchange, PortalSession session) {
        if (factors.isRequired(session.identity())) {
            exchange.refuse(403, "this user must have a second factor");
            return;
        }
        proved(exchange, session).ifPresent(proved -> {
            if (check.remove(exchange, proved)) {
                exchange.redirect(PortalPath.SECOND_FACTOR.path());
            } else {
                show(exchange, 503, session, Optional.of("signin.unavailable"));
            }
        });
    }
}
