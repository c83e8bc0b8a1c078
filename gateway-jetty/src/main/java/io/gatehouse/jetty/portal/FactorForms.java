package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.portal.PendingSecondFactors.Pending;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpKey;
import java.util.List;
import java.util.Optional;

/** Shows the forms for second factors, to users with and without a session. */
final class FactorForms {
    private final SecondFactors factors;
    private final Renderer renderer;

    FactorForms(SecondFactors factors, Renderer renderer) {
        this.factors = factors;
        this.renderer = renderer;
    }

    void code(PortalExchange exchange, int status, Optional<PortalSession> session, FactorViews.Form form) {
        exchange.html(
                status,
                renderer.page(exchange, "factor-code", "factor.code.title", session, new FactorViews.Code(form)));
    }

    void offer(
            PortalExchange exchange,
            int status,
            Optional<PortalSession> session,
            Identity identity,
            FactorViews.Form form) {
        FactorViews.Offer view = new FactorViews.Offer(form, factors.needsTicket(identity));
        exchange.html(status, renderer.page(exchange, "factor-offer", "factor.setup.title", session, view));
    }

    /** The key, and the form for its first code. */
    void setUp(
            PortalExchange exchange,
            int status,
            Optional<PortalSession> session,
            Pending pending,
            FactorViews.Form form) {
        TotpKey key = pending.key().orElseThrow();
        String uri = factors.uri(key, pending.identity());
        FactorViews.SetUp view =
                new FactorViews.SetUp(form, pending.id(), QrPicture.of(uri), key.base32InGroups(), uri);
        exchange.html(status, renderer.page(exchange, "factor-setup", "factor.setup.title", session, view));
    }

    /** Recovery codes, once. */
    void recovery(PortalExchange exchange, PortalSession session, List<String> codes, String onwards) {
        FactorViews.Recovery view = new FactorViews.Recovery(codes, onwards);
        exchange.html(
                200, renderer.page(exchange, "factor-recovery", "factor.recovery.title", Optional.of(session), view));
    }
}
