package io.gatehouse.jetty.portal;

import java.util.Optional;

/** Pages of the admin area that say one thing, and lead on. */
final class AdminMessagePages {
    private final Renderer renderer;

    AdminMessagePages(Renderer renderer) {
        this.renderer = renderer;
    }

    /** Says {@code text}, and leads to the sessions. */
    void show(PortalExchange exchange, AdminUser user, int status, String text) {
        show(exchange, user, status, text, PortalPath.ADMIN_SESSIONS, "admin.back", false);
    }

    /** What {@code action} was about has ended. */
    void gone(PortalExchange exchange, AdminUser user, int status, AdministratorAction action) {
        switch (action.subject()) {
            case GRANT ->
                show(exchange, user, status, "admin.grants.gone", PortalPath.ADMIN_GRANTS, "admin.grants.back", false);
            case TICKET ->
                show(
                        exchange,
                        user,
                        status,
                        "admin.tickets.gone",
                        PortalPath.ADMIN_TICKETS,
                        "admin.tickets.back",
                        false);
            case SESSION, USER, ANYBODY, GATEWAY -> sessionGone(exchange, user, status);
        }
    }

    /** The session that was asked for has ended. */
    void sessionGone(PortalExchange exchange, AdminUser user, int status) {
        show(exchange, user, status, "admin.session.gone");
    }

    /** Whoever signed in long ago signs in again, by the form of this page. */
    void signInAgain(PortalExchange exchange, AdminUser user) {
        show(exchange, user, 403, "admin.again", PortalPath.ADMIN_SESSIONS, "admin.again.label", true);
    }

    private void show(
            PortalExchange exchange,
            AdminUser user,
            int status,
            String text,
            PortalPath link,
            String label,
            boolean isForm) {
        Messages messages = exchange.messages();
        AdminViews.Message view =
                new AdminViews.Message(messages.text(text), link.path(), messages.text(label), isForm);
        exchange.html(
                status, renderer.page(exchange, "admin-message", "admin.title", Optional.of(user.session()), view));
    }
}
