package io.gatehouse.jetty.portal;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.jetty.admin.Administration;
import java.util.List;
import java.util.Optional;

/** The device tickets of all users, for administrators. */
final class AdminTicketPages {
    private static final int PAGE = 50;
    private static final List<String> FILTER = List.of("user", "device", "desktop");

    private final Administration administration;
    private final Confirmations confirmations;
    private final OpenedPages opened;
    private final Renderer renderer;

    AdminTicketPages(PortalServices services, Confirmations confirmations, OpenedPages opened, Renderer renderer) {
        this.administration = services.administration();
        this.confirmations = confirmations;
        this.opened = opened;
        this.renderer = renderer;
    }

    /** The tickets that are good, the newest first, filtered and in pages. */
    void list(PortalExchange exchange, AdminUser user) {
        AdminList<DeviceTicket> list = AdminList.of(
                exchange,
                PortalPath.ADMIN_TICKETS,
                FILTER,
                query -> administration.deviceTickets(user.at(exchange), query, PAGE));
        opened.note(exchange, user, "list-device-tickets", "", list.problem().orElse(""));
        Messages messages = exchange.messages();
        AdminViews.Tickets view = new AdminViews.Tickets(
                list.map(ticket -> row(messages, ticket)),
                confirmations.notice(exchange, user),
                administration.allows(user.role(), "revoke-device-ticket"));
        exchange.html(
                list.problem().isEmpty() ? 200 : 400,
                renderer.page(exchange, "admin-tickets", "admin.tickets.title", Optional.of(user.session()), view));
    }

    private static AdminViews.Ticket row(Messages messages, DeviceTicket ticket) {
        return new AdminViews.Ticket(
                ticket.id(),
                ShownText.of(ticket.user().displayName()),
                ticket.user().provider(),
                ShownText.of(ticket.device()),
                ticket.desktop(),
                ticket.target().toString().replaceFirst(":3389$", ""),
                AdminViews.time(ticket.made()),
                AdminViews.time(ticket.expires()),
                ticket.lastUse()
                        .map(use -> messages.text(
                                "devices.used.text", AdminViews.time(use.at()), AddressLiteral.text(use.from())))
                        .orElseGet(() -> messages.text("devices.used.never")));
    }
}
