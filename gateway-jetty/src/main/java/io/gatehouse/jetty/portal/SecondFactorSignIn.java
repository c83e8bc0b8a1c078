package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.portal.PendingSecondFactors;
import io.gatehouse.core.portal.PendingSecondFactors.Pending;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpEnrolment;
import io.gatehouse.core.totp.TotpKey;
import java.util.List;
import java.util.Optional;

/**
 * The second half of a sign-in: between password and session, a code, or the set-up of an app. Until then the browser
 * has nothing but a cookie that names the half.
 */
final class SecondFactorSignIn {
    private final SecondFactors factors;
    private final SignInPages signIn;
    private final SecondFactorCheck check;
    private final FactorForms forms;
    private final PendingSecondFactors pendings;

    SecondFactorSignIn(
            PortalServices services,
            SecondFactors factors,
            SessionStart sessionStart,
            Renderer renderer,
            SignInPages signIn) {
        this.factors = factors;
        this.signIn = signIn;
        this.check = new SecondFactorCheck(services, factors, sessionStart);
        this.forms = new FactorForms(factors, renderer);
        this.pendings = new PendingSecondFactors(services.clock(), services.random());
    }

    /** Those who have done the first half. */
    PendingSecondFactors halves() {
        return pendings;
    }

    /** Asks a user whose first factor was right for the second one. */
    void ask(PortalExchange exchange, Identity identity, String returnTo) {
        Pending pending = pendings.begin(identity, factors.of(identity).map(TotpEnrolment::since), returnTo);
        check.asked(exchange, identity);
        exchange.setCookie(Cookies.of(Cookies.SECOND_FACTOR, pending.id(), PendingSecondFactors.PATIENCE));
        show(exchange, 200, pending, Optional.empty());
    }

    private void show(PortalExchange exchange, int status, Pending pending, Optional<String> problem) {
        if (factors.of(pending.identity()).isPresent()) {
            forms.code(exchange, status, Optional.empty(), form(PortalPath.SIGN_IN_CODE, pending, problem));
        } else if (pending.key().isPresent()) {
            forms.setUp(exchange, status, Optional.empty(), pending, form(PortalPath.SIGN_IN_SET_UP, pending, problem));
        } else {
            forms.offer(
                    exchange,
                    status,
                    Optional.empty(),
                    pending.identity(),
                    form(PortalPath.SIGN_IN_SET_UP, pending, problem));
        }
    }

    private static FactorViews.Form form(PortalPath action, Pending pending, Optional<String> problem) {
        return new FactorViews.Form(action.path(), pending.csrf(), pending.returnTo(), problem);
    }

    /**
     * The sign-in that this browser began, if the form is one of its pages. It is over when the codes that it asked for
     * are gone: whoever knew the password before a reset does not set up an app after it.
     */
    private Optional<Pending> pending(PortalExchange exchange) {
        Optional<Pending> found = exchange.cookie(Cookies.SECOND_FACTOR)
                .flatMap(pendings::find)
                .filter(pending -> exchange.hasSecret("csrf", pending.csrf()))
                .filter(pending -> pending.enrolled().isEmpty()
                        || pending.enrolled()
                                .equals(factors.of(pending.identity()).map(TotpEnrolment::since)));
        if (found.isEmpty()) {
            exchange.refused(
                    403, "a form for a second factor of another browser, an old one, or one of before a reset");
            signIn.stale(exchange);
        }
        return found;
    }

    /** The form with a code. */
    void code(PortalExchange exchange) {
        Optional<Pending> found = pending(exchange);
        if (found.isEmpty()) {
            return;
        }
        Pending pending = found.get();
        switch (check.code(
                exchange, pending.identity(), exchange.parameter("code").orElse(""))) {
            case SecondFactorCheck.Answer.Proved(Identity proved) ->
                begin(exchange, pending, proved).ifPresent(_ -> exchange.redirect(pending.returnTo()));
            case SecondFactorCheck.Answer.Refused refused ->
                show(exchange, refused.status(), pending, Optional.of(refused.text("factor.wrong")));
        }
    }

    private Optional<PortalSession> begin(PortalExchange exchange, Pending pending, Identity proved) {
        if (!pendings.take(pending)) {
            signIn.stale(exchange);
            return Optional.empty();
        }
        exchange.setCookie(Cookies.gone(Cookies.SECOND_FACTOR));
        return signIn.begin(exchange, proved, Optional.empty(), SignInPages.Way.PASSWORD, pending.returnTo());
    }

    /** The forms that set up an app: first with a ticket or without, then with a code. */
    void setUp(PortalExchange exchange) {
        Optional<Pending> found = pending(exchange);
        if (found.isEmpty()) {
            return;
        }
        Pending pending = found.get();
        Optional<TotpKey> key = pending.key();
        if (factors.of(pending.identity()).isPresent()) {
            show(exchange, 403, pending, Optional.empty()); // in another browser meanwhile
        } else if (key.isEmpty()) {
            begin(exchange, pending);
        } else {
            finish(exchange, pending, key.get());
        }
    }

    private void begin(PortalExchange exchange, Pending pending) {
        boolean needsTicket = factors.needsTicket(pending.identity());
        String ticket = needsTicket ? exchange.parameter("ticket").orElse("") : "";
        Optional<SecondFactorCheck.Answer.Refused> refused =
                needsTicket ? check.ticket(exchange, pending.identity(), ticket) : Optional.empty();
        if (refused.isPresent()) {
            String text = refused.get().text("factor.ticket.wrong");
            show(exchange, refused.get().status(), pending, Optional.of(text));
        } else {
            show(exchange, 200, pendings.settingUp(pending, factors.newKey(), ticket), Optional.empty());
        }
    }

    private void finish(PortalExchange exchange, Pending pending, TotpKey key) {
        String typed = exchange.parameter("code").orElse("");
        switch (check.enrol(exchange, pending.identity(), key, typed, pending.ticket())) {
            case SecondFactorCheck.Enrolled.Done(Identity proved) ->
                begin(exchange, pending, proved)
                        .ifPresent(session ->
                                codes(exchange, session, check.recoveryCodes(exchange, proved), pending.returnTo()));
            case SecondFactorCheck.Enrolled.Not(SecondFactorCheck.Answer.Refused refused) ->
                show(exchange, refused.status(), pending, Optional.of(refused.text("factor.setup.wrong")));
        }
    }

    /** The only time that recovery codes are shown. If they cannot be written, the user makes some later. */
    private void codes(PortalExchange exchange, PortalSession session, List<String> codes, String onwards) {
        if (codes.isEmpty()) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path());
        } else {
            forms.recovery(exchange, session, codes, onwards);
        }
    }
}
