package io.gatehouse.jetty.admin;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.ticket.DeviceTicket;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.ticket.TicketDesk;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Device tickets: who has which, and revoking them. */
final class TicketOperations {
    private final AdminServices services;

    TicketOperations(AdminServices services) {
        this.services = services;
    }

    List<Operation> all() {
        return List.of(
                Operation.get("list-device-tickets", "/v1/device-tickets", List.of(), Set.of(404), this::list),
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
        List<DeviceTicket> tickets = desk().all();
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("tickets");
                    tickets.forEach(ticket -> {
                        json.writeStartObject();
                        write(json, ticket);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                }),
                "");
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
