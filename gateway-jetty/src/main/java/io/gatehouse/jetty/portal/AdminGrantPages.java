package io.gatehouse.jetty.portal;

import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.net.Target;
import io.gatehouse.jetty.grant.GrantDesk;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Temporary grants and requests for them, for administrators. */
final class AdminGrantPages {
    private static final int MOST = 200;

    private final PortalServices services;
    private final GrantDesk desk;
    private final Confirmations confirmations;
    private final OpenedPages opened;
    private final Renderer renderer;

    AdminGrantPages(
            PortalServices services,
            GrantDesk desk,
            Confirmations confirmations,
            OpenedPages opened,
            Renderer renderer) {
        this.services = services;
        this.desk = desk;
        this.confirmations = confirmations;
        this.opened = opened;
        this.renderer = renderer;
    }

    /** The grant that was asked about has ended. */
    static void gone(PortalExchange exchange, AdminUser user, Renderer renderer, int status) {
        Messages messages = exchange.messages();
        AdminSessionPages.message(
                exchange,
                user,
                renderer,
                status,
                new AdminViews.Message(
                        messages.text("admin.grants.gone"),
                        PortalPath.ADMIN_GRANTS.path(),
                        messages.text("admin.grants.back"),
                        false));
    }

    /** Grants, the newest first, and requests, the oldest first. */
    void list(PortalExchange exchange, AdminUser user) {
        opened.note(exchange, user, "list-grants", "", "");
        Messages messages = exchange.messages();
        Instant now = services.clock().instant();
        List<TemporaryGrant> grants = desk.grants();
        List<AccessRequest> requests = desk.requests();
        AdminViews.Grants view = new AdminViews.Grants(
                grants.reversed().stream()
                        .limit(MOST)
                        .map(grant -> granted(grant, messages, now))
                        .toList(),
                Math.max(0, grants.size() - MOST),
                requests.stream()
                        .limit(MOST)
                        .map(request -> requested(request, messages, now))
                        .toList(),
                Math.max(0, requests.size() - MOST),
                AdminSessionPages.notice(confirmations, exchange, user),
                services.administration().allows(user.role(), "revoke-grant"));
        exchange.html(
                200, renderer.page(exchange, "admin-grants", "admin.grants.title", Optional.of(user.session()), view));
    }

    private String title(String desktop) {
        return desk.desktop(desktop).map(GrantableDesktop::title).orElse(desktop);
    }

    private static String host(Target target) {
        return target.toString().replaceFirst(":3389$", "");
    }

    private AdminViews.Granted granted(TemporaryGrant grant, Messages messages, Instant now) {
        return new AdminViews.Granted(
                grant.id(),
                AccessPages.name(grant.account()),
                title(grant.desktop()),
                host(grant.target()),
                AdminViews.time(grant.until()),
                now.isBefore(grant.until()) ? messages.span(Duration.between(now, grant.until())) : "",
                ShownText.of(grant.by()),
                ShownText.of(grant.reason()),
                messages.text("admin.grants.state." + state(grant, now)),
                PortalPath.ADMIN_SESSIONS.path() + "?rule="
                        + URLEncoder.encode(grant.ruleName(), StandardCharsets.UTF_8));
    }

    private String state(TemporaryGrant grant, Instant now) {
        if (!now.isBefore(grant.until())) {
            return "over";
        }
        if (!grant.once()) {
            return "lasts";
        }
        return desk.isInUse(grant) ? "in-use" : "once";
    }

    private AdminViews.Requested requested(AccessRequest request, Messages messages, Instant now) {
        return new AdminViews.Requested(
                AccessPages.name(request.account()),
                title(request.desktop()),
                host(request.target()),
                messages.span(request.duration()),
                messages.span(Duration.between(request.at(), now)),
                ShownText.of(request.reason()));
    }
}
