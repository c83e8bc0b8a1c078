package io.gatehouse.jetty.admin;

import io.gatehouse.api.Identity;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.ticket.TicketDesk;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** Device tickets: who has which, and revoking them. */
final class TicketOperations {
    private static final List<String> PARAMETERS = List.of("user", "device", "desktop", "provider", "limit", "cursor");

    private final AdminServices services;
    private final SessionFilter names;

    TicketOperations(AdminServices services) {
        this.services = services;
        this.names = new SessionFilter(services.domains(), services.clock());
    }

    List<Operation> all() {
        return List.of(
                Operation.get("list-device-tickets", "/v1/device-tickets", PARAMETERS, Set.of(404), this::list),
                Operation.post(
                        "revoke-device-ticket",
                        "/v1/device-tickets/{id}/revoke",
                        AdminRole.OPERATOR,
                        List.of(),
                        Set.of(404),
                        this::revoke));
    }

    private TicketDesk desk() throws ApiProblemException {
        return services.deviceTickets()
                .orElseThrow(
                        () -> new ApiProblemException(404, "there are no device tickets ([portal.device-tickets])"));
    }

    private Answer list(Call call) throws ApiProblemException {
        ListPage<DeviceTicket> page = page(call, call.limit());
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("tickets");
                    page.entries().forEach(ticket -> {
                        json.writeStartObject();
                        write(json, ticket);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                    json.writeNumberProperty("matched", page.matched());
                    page.next().ifPresent(next -> json.writeStringProperty("next", next));
                }),
                "");
    }

    /**
     * The page that {@code call} asks for: of tickets that all its parameters accept.
     *
     * @throws ApiProblemException when a parameter cannot be read, or there are no device tickets
     */
    ListPage<DeviceTicket> page(Call call, int limit) throws ApiProblemException {
        return switch (desk().page(filter(call), limit, call.parameter("cursor"))) {
            case Parsed.Valid<ListPage<DeviceTicket>>(ListPage<DeviceTicket> page) -> page;
            case Parsed.Faulty<ListPage<DeviceTicket>>(String problem) -> throw new ApiProblemException(400, problem);
        };
    }

    private Predicate<DeviceTicket> filter(Call call) throws ApiProblemException {
        String user = SessionFilter.value(call, "user");
        String device = SessionFilter.value(call, "device");
        String desktop = SessionFilter.value(call, "desktop");
        String provider = SessionFilter.value(call, "provider");
        Predicate<Identity> account = user.isEmpty() ? _ -> true : names.user(user);
        Predicate<DeviceTicket> ofDevice =
                device.isEmpty() ? _ -> true : SessionFilter.matching(device, DeviceTicket::device);
        Predicate<DeviceTicket> ofDesktop =
                desktop.isEmpty() ? _ -> true : SessionFilter.matching(desktop, DeviceTicket::desktop);
        return ofDevice.and(ofDesktop)
                .and(ticket -> account.test(ticket.user())
                        && (provider.isEmpty() || ticket.user().provider().equals(provider)));
    }

    private static void write(JsonGenerator json, DeviceTicket ticket) {
        json.writeStringProperty("id", ticket.id());
        json.writeStringProperty("account", AccountNames.key(ticket.user()));
        json.writeStringProperty("provider", ticket.user().provider());
        json.writeStringProperty("device", ticket.device());
        json.writeStringProperty("desktop", ticket.desktop());
        json.writeStringProperty("target", ticket.target().toString());
        json.writeStringProperty("made", ticket.made().toString());
        json.writeStringProperty("expires", ticket.expires().toString());
        ticket.lastUse().ifPresent(use -> {
            json.writeStringProperty("lastUsed", use.at().toString());
            json.writeStringProperty("lastUsedFrom", AddressLiteral.text(use.from()));
        });
    }

    private Answer revoke(Call call) throws ApiProblemException {
        return switch (desk().revoke(call.id(), call.caller().name())) {
            case TicketDesk.End.Unknown() ->
                throw new ApiProblemException(404, "there is no device ticket " + call.id());
            case TicketDesk.End.Done(DeviceTicket ticket, int ended, String keepError) ->
                new Answer(
                        Json.object(json -> {
                            json.writeStringProperty("id", ticket.id());
                            json.writeNumberProperty("ended", ended);
                            json.writeBooleanProperty("kept", keepError.isEmpty());
                            if (!keepError.isEmpty()) {
                                json.writeStringProperty("keepError", keepError);
                            }
                        }),
                        "revoked device ticket " + ticket.id()
                                + (keepError.isEmpty() ? "" : "; not kept: " + keepError));
        };
    }
}
