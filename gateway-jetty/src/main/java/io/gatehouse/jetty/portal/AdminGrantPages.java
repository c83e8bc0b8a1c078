package io.gatehouse.jetty.portal;

import io.gatehouse.core.grant.AccessEntry;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.GrantableDesktop;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.net.Target;
import io.gatehouse.jetty.admin.TextPattern;
import io.gatehouse.jetty.grant.GrantDesk;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Temporary grants and requests for them, for administrators. */
final class AdminGrantPages {
    private static final int PAGE = 50;
    private static final List<String> FILTER = List.of("user", "desktop");

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

    /** Grants, the newest first, and requests, the oldest first, filtered and in pages. */
    void list(PortalExchange exchange, AdminUser user) {
        opened.note(exchange, user, "list-grants", "", "");
        Messages messages = exchange.messages();
        Instant now = services.clock().instant();
        ListFilter filter = ListFilter.of(exchange, FILTER);
        int page = Pages.number(exchange, "page");
        int requestsPage = Pages.number(exchange, "requests");
        Pages.Part<TemporaryGrant> grants = Pages.part(
                desk.grants().reversed().stream()
                        .filter(grant -> isMeant(grant, filter))
                        .toList(),
                page,
                PAGE,
                number -> link(filter, number, requestsPage));
        Pages.Part<AccessRequest> requests = Pages.part(
                desk.requests().stream()
                        .filter(request -> isMeant(request, filter))
                        .toList(),
                requestsPage,
                PAGE,
                number -> link(filter, page, number));
        AdminViews.Grants view = new AdminViews.Grants(
                filter,
                grants.shown().stream()
                        .map(grant -> granted(grant, messages, now))
                        .toList(),
                grants.pages(),
                requests.shown().stream()
                        .map(request -> requested(request, messages, now))
                        .toList(),
                requests.pages(),
                confirmations.notice(exchange, user),
                services.administration().allows(user.role(), "revoke-grant"));
        exchange.html(
                200, renderer.page(exchange, "admin-grants", "admin.grants.title", Optional.of(user.session()), view));
    }

    /** An account by its name with or without its domain, a desktop by its name or title; both may have {@code *}. */
    private boolean isMeant(AccessEntry entry, ListFilter filter) {
        String account = AccessPages.name(entry.account());
        return matches(filter.value("user"), account, account.substring(account.indexOf('\\') + 1))
                && matches(filter.value("desktop"), entry.desktop(), title(entry.desktop()));
    }

    private static boolean matches(String pattern, String one, String other) {
        return pattern.isEmpty() || Stream.of(one, other).anyMatch(TextPattern.of(pattern)::matches);
    }

    private static String link(ListFilter filter, int grants, int requests) {
        return filter.link(PortalPath.ADMIN_GRANTS, "page=" + grants + "&requests=" + requests);
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
