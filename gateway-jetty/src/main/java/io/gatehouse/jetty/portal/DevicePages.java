package io.gatehouse.jetty.portal;

import io.gatehouse.api.CpuWork;
import io.gatehouse.api.Identity;
import io.gatehouse.core.limits.Rank;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.portal.Desktop;
import io.gatehouse.core.portal.Desktops;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.portal.RdpDownload;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.core.ticket.DeviceTickets;
import io.gatehouse.jetty.ticket.TicketDesk;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Files for devices: where users get them, see them and revoke them. */
final class DevicePages {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final PortalServices services;
    private final TicketDesk desk;
    private final PortalSessions sessions;
    private final Desktops desktops;
    private final RdpDownload download;
    private final Renderer renderer;
    private final CurrentAccounts accounts;
    private final StepUp stepUp;

    DevicePages(
            PortalServices services,
            TicketDesk desk,
            PortalSessions sessions,
            Desktops desktops,
            RdpDownload download,
            Renderer renderer) {
        this.services = services;
        this.desk = desk;
        this.sessions = sessions;
        this.desktops = desktops;
        this.download = download;
        this.renderer = renderer;
        this.accounts = new CurrentAccounts(services);
        this.stepUp = new StepUp(services);
    }

    /** The files of the user. */
    void show(PortalExchange exchange, PortalSession session) {
        Optional<String> done =
                exchange.parameter("done").filter("revoked"::equals).map(_ -> "devices.done.revoked");
        Optional<String> notKept =
                exchange.parameter("kept").filter("no"::equals).map(_ -> "access.problem.kept");
        show(exchange, session, 200, done, notKept);
    }

    private void show(
            PortalExchange exchange,
            PortalSession session,
            int status,
            Optional<String> done,
            Optional<String> problem) {
        Messages messages = exchange.messages();
        DeviceViews.Devices view = new DeviceViews.Devices(
                desk.of(session.identity()).stream()
                        .map(ticket -> device(messages, session.identity(), ticket))
                        .toList(),
                done,
                problem,
                messages.span(desk.settings().lasts()));
        exchange.html(status, renderer.page(exchange, "devices", "devices.title", Optional.of(session), view));
    }

    private DeviceViews.Device device(Messages messages, Identity user, DeviceTicket ticket) {
        String target = ticket.target().toString();
        return new DeviceViews.Device(
                ticket.id(),
                ticket.device(),
                desktops.title(user, target).orElse(ticket.desktop()),
                target.replaceFirst(":3389$", ""),
                DAY.format(ticket.made()),
                ticket.lastUse()
                        .map(use -> messages.text(
                                "devices.used.text", MINUTE.format(use.at()), AddressLiteral.text(use.from())))
                        .orElseGet(() -> messages.text("devices.used.never")),
                DAY.format(ticket.expires()));
    }

    /** Makes a file, which the form asks for. */
    void make(PortalExchange exchange, PortalSession session) {
        String name = exchange.parameter("desktop").orElse("");
        String device = exchange.parameter("device").orElse("").strip();
        if (!Desktop.NAME.matcher(name).matches()) {
            exchange.refuse(400, "a desktop that no page of this site names");
            return;
        }
        accounts.user(exchange, session).ifPresent(user -> make(exchange, session, user, name, device));
    }

    private void make(PortalExchange exchange, PortalSession session, Identity user, String name, String device) {
        Optional<Desktops.Usable> found = find(exchange, user, name);
        if (stepUp.isRequired(session, user)
                || (found.isEmpty()
                        && stepUp.isPossible(session)
                        && find(exchange, StepUp.proved(user), name).isPresent())) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to="
                    + URLEncoder.encode(PortalPath.DESKTOP.of(name), StandardCharsets.UTF_8));
            return;
        }
        if (found.isEmpty()) {
            exchange.refused(404, "no such desktop, or no rule opens it to the user with a device ticket");
            show(exchange, session, 404, Optional.empty(), Optional.of("devices.problem.desktop"));
            return;
        }
        Optional<String> nameProblem = DeviceTickets.nameProblem(device);
        if (nameProblem.isPresent()) {
            exchange.refused(400, nameProblem.get());
            show(exchange, session, 400, Optional.empty(), Optional.of("devices.problem.name"));
            return;
        }
        switch (desk.make(exchange.origin(), user, name, found.get().target(), device)) {
            case Parsed.Faulty<DeviceTickets.Made> _ ->
                show(exchange, session, 409, Optional.empty(), Optional.of("devices.problem.many"));
            case Parsed.Valid<DeviceTickets.Made>(DeviceTickets.Made made) -> {
                // Whatever ends the session ends tickets after it: one that is made meanwhile would outlive both.
                if (sessions.glance(session.id()).isEmpty()) {
                    desk.withdraw(exchange.origin(), made.ticket(), "the session ended meanwhile");
                    exchange.redirect(PortalPath.SIGN_IN.path());
                } else {
                    send(exchange, found.get(), made);
                }
            }
        }
    }

    /** A signature by RSA takes a processor for milliseconds. */
    private void send(PortalExchange exchange, Desktops.Usable desktop, DeviceTickets.Made made) {
        byte[] file;
        try {
            file = services.login()
                    .cpu()
                    .of(new Source(exchange.peer().address()), Rank.SIGNED_IN_BEFORE)
                    .compute(
                            () -> download.make(desktop, Map.of(), made.handle().text())
                                    .encode());
        } catch (CpuWork.BusyException busy) {
            desk.withdraw(exchange.origin(), made.ticket(), "the file could not be signed: " + busy.getMessage());
            exchange.refused(503, "the .rdp file could not be signed: " + busy.getMessage());
            exchange.setHeader("Retry-After", "10");
            exchange.plain(503, "too many requests at one time, try again\n");
            return;
        }
        String name = desktop.desktop().name();
        exchange.setHeader("Content-Disposition", "attachment; filename=\"" + name + "-device.rdp\"");
        exchange.send(200, "application/x-rdp", file);
    }

    /** What the user may open with a device ticket, which is a sign-in method of its own. */
    private Optional<Desktops.Usable> find(PortalExchange exchange, Identity user, String name) {
        return desktops.find(
                Requester.of(
                        user.by(DeviceTicket.METHOD),
                        exchange.peer().address(),
                        services.clock().instant()),
                name,
                services.resolver());
    }

    /** Ends a ticket of the user, and what is open by it. */
    void revoke(PortalExchange exchange, PortalSession session) {
        String id = exchange.parameter("ticket").orElse("");
        switch (desk.revokeOwn(exchange.origin(), session.identity(), id)) {
            case TicketDesk.End.Done(DeviceTicket _, int _, String keepError) ->
                exchange.redirect(
                        PortalPath.DEVICES.path() + "?done=revoked" + (keepError.isEmpty() ? "" : "&kept=no"));
            case TicketDesk.End.Unknown() -> {
                exchange.refused(404, "no device ticket of the user has this id");
                show(exchange, session, 404, Optional.empty(), Optional.of("devices.problem.gone"));
            }
        }
    }
}
