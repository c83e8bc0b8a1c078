package io.gatehouse.jetty.portal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.gatehouse.core.portal.PortalSession;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes pages of templates, which are compiled when the program is built. */
final class Renderer {
    private static final String TEMPLATES = "io.gatehouse.jetty.portal.templates";

    private final TemplateEngine engine =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Renderer.class.getClassLoader(), TEMPLATES);
    private final Assets assets;
    private final String portal;
    private final Optional<String> banner;
    private final Optional<String> logo;

    private final AdminRights rights;
    private final ApprovalBadge badge;
    private final AccessBadge accessBadge;
    private final boolean deviceTickets;

    Renderer(
            Assets assets,
            String portal,
            Optional<String> banner,
            Optional<Logo> logo,
            AdminRights rights,
            ApprovalBadge badge,
            AccessBadge accessBadge,
            boolean deviceTickets) {
        this.assets = assets;
        this.rights = rights;
        this.badge = badge;
        this.accessBadge = accessBadge;
        this.deviceTickets = deviceTickets;
        this.portal = portal;
        this.banner = banner;
        this.logo = logo.map(file -> assets.path("logo." + file.extension()));
    }

    /**
     * A page.
     *
     * @param template its name
     * @param title the key of its title
     * @param session of the user who is signed in
     * @param view its content
     */
    String page(PortalExchange exchange, String template, String title, Optional<PortalSession> session, Object view) {
        return page(exchange, template, title, session, view, Optional.empty());
    }

    String page(
            PortalExchange exchange,
            String template,
            String title,
            Optional<PortalSession> session,
            Object view,
            Optional<String> refresh) {
        Page page = new Page(
                exchange.messages(),
                exchange.messages().text(title),
                portal,
                banner,
                logo,
                assets.path("portal.css"),
                assets.path("portal.js"),
                assets.path("icon.svg"),
                session.map(signedIn -> signedIn.identity().displayName()),
                session.map(signedIn -> signedIn.csrf()).orElse(""),
                template,
                refresh,
                session.flatMap(signedIn -> rights.role(signedIn.identity())).isPresent(),
                session.map(signedIn ->
                                badge.of(signedIn.identity(), exchange.origin().client()))
                        .orElse(OptionalInt.empty()),
                session.map(signedIn -> accessBadge.of(signedIn.identity())).orElse(OptionalInt.empty()),
                accessBadge.isConfigured(),
                deviceTickets);
        StringOutput output = new StringOutput(16 * 1024);
        engine.render(template + ".jte", Map.of("page", page, "view", view), output);
        return output.toString();
    }
}
