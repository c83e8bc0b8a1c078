package io.gatehouse.jetty.admin;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.grant.AccessRequest;
import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.admin.Operation.Field;
import io.gatehouse.jetty.grant.GrantAnswer;
import io.gatehouse.jetty.grant.GrantDesk;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Temporary grants: who has one, adding and revoking them. */
final class GrantOperations {
    private static final Duration LONGEST = Duration.ofDays(30);

    private final AdminServices services;
    private final SessionFilter names;

    GrantOperations(AdminServices services) {
        this.services = services;
        this.names = new SessionFilter(services.domains(), services.clock());
    }

    List<Operation> all() {
        return List.of(
                Operation.get("list-grants", "/v1/grants", List.of(), Set.of(404), this::list),
                Operation.post(
                        "add-grant",
                        "/v1/grants/add",
                        AdminRole.ADMIN,
                        List.of(
                                Field.text("user"),
                                Field.text("desktop"),
                                Field.text("duration"),
                                Field.flag("once"),
                                Field.text("reason")),
                        Set.of(404, 409),
                        this::add),
                Operation.post(
                        "revoke-grant",
                        "/v1/grants/{id}/revoke",
                        AdminRole.OPERATOR,
                        List.of(),
                        Set.of(404),
                        this::revoke));
    }

    private GrantDesk desk() throws ApiProblemException {
        return services.grants()
                .orElseThrow(() -> new ApiProblemException(404, "there are no grants ([portal.grants])"));
    }

    private Answer list(Call call) throws ApiProblemException {
        GrantDesk desk = desk();
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("grants");
                    desk.grants().forEach(grant -> {
                        json.writeStartObject();
                        write(json, grant);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                    json.writeArrayPropertyStart("requests");
                    desk.requests().forEach(request -> {
                        json.writeStartObject();
                        write(json, request);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                }),
                "");
    }

    private static void write(JsonGenerator json, TemporaryGrant grant) {
        json.writeStringProperty("id", grant.id());
        json.writeStringProperty("account", grant.account());
        json.writeStringProperty("desktop", grant.desktop());
        json.writeStringProperty("target", grant.target().toString());
        json.writeStringProperty("since", grant.since().toString());
        json.writeStringProperty("until", grant.until().toString());
        json.writeBooleanProperty("once", grant.once());
        json.writeStringProperty("by", grant.by());
        json.writeStringProperty("reason", grant.reason());
    }

    private static void write(JsonGenerator json, AccessRequest request) {
        json.writeStringProperty("id", request.id());
        json.writeStringProperty("account", request.account());
        json.writeStringProperty("desktop", request.desktop());
        json.writeStringProperty("target", request.target().toString());
        json.writeStringProperty("at", request.at().toString());
        json.writeNumberProperty("minutes", request.duration().toMinutes());
        json.writeStringProperty("reason", request.reason());
    }

    private Answer add(Call call) throws ApiProblemException {
        Duration duration = Call.duration("duration", call.required("duration"), LONGEST);
        String user = call.required("user");
        if (user.indexOf('@') >= 0 && user.indexOf('\\') < 0) {
            throw new ApiProblemException(
                    400,
                    "user: a grant is for an account name, which a user principal name need not be (expected alice or"
                            + " DOMAIN\\alice)");
        }
        String key = names.account(user).key();
        String account = key.startsWith(".\\") ? key.substring(1) : key;
        GrantDesk desk = desk();
        GrantAnswer answer = desk.add(
                account,
                call.required("desktop"),
                duration,
                call.flag("once"),
                call.reason(),
                call.caller().name());
        Optional<String> warning = answer instanceof GrantAnswer.Done
                ? desk.doubt(account).map(why -> "no account is known by this name (" + why + ")")
                : Optional.empty();
        return answer(answer, "granted " + call.required("desktop") + " to " + key, warning);
    }

    private Answer revoke(Call call) throws ApiProblemException {
        return answer(desk().revoke(call.id(), call.caller().name()), "revoked grant " + call.id(), Optional.empty());
    }

    private static Answer answer(GrantAnswer answer, String done, Optional<String> warning) throws ApiProblemException {
        return switch (answer) {
            case GrantAnswer.Refused(int status, String why, boolean _) -> throw new ApiProblemException(status, why);
            case GrantAnswer.Done(String id, String keepError) ->
                new Answer(
                        Json.object(json -> {
                            json.writeStringProperty("id", id);
                            json.writeBooleanProperty("kept", keepError.isEmpty());
                            if (!keepError.isEmpty()) {
                                json.writeStringProperty("keepError", keepError);
                            }
                            warning.ifPresent(text -> json.writeStringProperty("warning", text));
                        }),
                        done
                                + (keepError.isEmpty() ? "" : "; not kept: " + keepError)
                                + warning.map(text -> "; " + text).orElse(""));
        };
    }
}
