package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.admin.Operation.Field;
import io.gatehouse.jetty.diagnosis.DebugWatch;
import io.gatehouse.jetty.diagnosis.DebugWatch.Kind;
import io.gatehouse.jetty.diagnosis.DebugWatches;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Lets the log follow the connections of one user or source for some minutes. */
final class DebugOperations {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final AdminServices services;
    private final SessionFilter names;

    DebugOperations(AdminServices services) {
        this.services = services;
        this.names = new SessionFilter(services.domains(), services.clock());
    }

    List<Operation> all() {
        return List.of(
                Operation.get("list-debug", "/v1/debug", List.of(), Set.of(), this::list),
                Operation.post(
                        "begin-debug",
                        "/v1/debug",
                        AdminRole.OPERATOR,
                        List.of(Field.optionalText("user"), Field.optionalText("source"), Field.text("duration")),
                        Set.of(409),
                        this::begin),
                Operation.post("end-debug", "/v1/debug/end", AdminRole.OPERATOR, List.of(), Set.of(), this::end));
    }

    private Answer list(Call call) {
        return new Answer(
                Json.object(json -> {
                    json.writeArrayPropertyStart("debug");
                    services.watches().all().forEach(watch -> {
                        json.writeStartObject();
                        write(json, watch);
                        json.writeEndObject();
                    });
                    json.writeEndArray();
                }),
                "");
    }

    private static void write(JsonGenerator json, DebugWatch watch) {
        json.writeStringProperty(watch.kind() == Kind.USER ? "account" : "source", watch.subject());
        json.writeStringProperty("since", watch.since().toString());
        json.writeStringProperty("until", watch.until().toString());
        json.writeStringProperty("by", watch.by());
    }

    private Answer begin(Call call) throws ApiProblemException {
        Optional<String> user = call.text("user");
        Optional<String> source = call.text("source");
        if (user.isPresent() == source.isPresent()) {
            throw new ApiProblemException(400, "expected either user or source");
        }
        Kind kind = user.isPresent() ? Kind.USER : Kind.SOURCE;
        Optional<NamedAccount> account = user.isPresent() ? Optional.of(names.account(user.get())) : Optional.empty();
        String subject = account.isPresent() ? account.get().key() : source(source.orElseThrow());
        Duration duration = Call.duration("duration", call.required("duration"), LONGEST);
        Instant now = services.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        DebugWatch watch = new DebugWatch(
                kind, subject, now, now.plus(duration), call.caller().name());
        if (!services.watches().begin(watch)) {
            throw new ApiProblemException(409, "too many are debugged already (at most " + DebugWatches.MOST + ")");
        }
        // Connections that begin from now on are found when they sign in; these have signed in already.
        account.map(services.tunnels()::correlationIds)
                .ifPresent(begun -> begun.forEach(services.connections()::follow));
        return new Answer(
                Json.object(json -> write(json, watch)),
                "debug of " + (kind == Kind.USER ? "user " : "source ") + subject + " until " + watch.until());
    }

    private static String source(String text) throws ApiProblemException {
        return switch (Cidr.parse(text)) {
            case Parsed.Valid<Cidr>(Cidr block) -> block.toString();
            case Parsed.Faulty<Cidr>(String problem) -> throw new ApiProblemException(400, "source: " + problem);
        };
    }

    private Answer end(Call call) {
        int ended = services.watches().endAll();
        return new Answer(Json.object(json -> json.writeNumberProperty("ended", ended)), "ended " + ended);
    }
}
