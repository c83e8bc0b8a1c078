package io.gatehouse.jetty.admin;

import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.config.ReloadAnswer;
import io.gatehouse.core.config.ReloadAnswer.Applied;
import io.gatehouse.core.config.ReloadAnswer.Refused;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.admin.Operation.Field;
import io.gatehouse.jetty.edge.Drain;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/** How the gateway is, and whether it takes new tunnels. */
final class GatewayOperations {
    private static final Duration LONGEST_DRAIN = Duration.ofDays(30);
    private static final int MOST_TEXTS = 200;
    /** Between attempts to end what is left after the deadline; longer than a client may take to say goodbye. */
    private static final Duration AFTER_DEADLINE = Duration.ofSeconds(10);

    private final AdminServices services;

    GatewayOperations(AdminServices services) {
        this.services = services;
    }

    List<Operation> all() {
        return List.of(
                Operation.get("show-status", "/v1/status", List.of(), Set.of(), this::status),
                Operation.post(
                        "drain",
                        "/v1/drain",
                        AdminRole.ADMIN,
                        List.of(Field.optionalText("deadline")),
                        Set.of(),
                        this::drain),
                Operation.post("undrain", "/v1/undrain", AdminRole.ADMIN, List.of(), Set.of(), this::undrain),
                Operation.post("reload", "/v1/reload", AdminRole.ADMIN, List.of(), Set.of(), this::reload));
    }

    private Answer status(Call call) {
        GatewayStatus status = services.status().get();
        return new Answer(
                Json.object(json -> {
                    json.writeStringProperty("version", status.version());
                    json.writeBooleanProperty("ready", status.ready());
                    services.drain().state().ifPresent(drain -> write(json, drain));
                    json.writeStringProperty(
                            "started",
                            status.started().truncatedTo(ChronoUnit.SECONDS).toString());
                    json.writeNumberProperty(
                            "uptimeSeconds",
                            Duration.between(status.started(), services.clock().instant())
                                    .toSeconds());
                    json.writeArrayPropertyStart("listeners");
                    status.listeners()
                            .forEach(address ->
                                    json.writeString(address.getAddress().getHostAddress() + ":" + address.getPort()));
                    json.writeEndArray();
                    json.writeNumberProperty(
                            "sessions", services.tunnels().sessions().size());
                    json.writeNumberProperty("tunnels", status.tunnels());
                    json.writeNumberProperty("halfTunnels", status.halfTunnels());
                    json.writeNumberProperty("connections", status.connections());
                    json.writeNumberProperty("connectionsBeforeLogin", status.connectionsBeforeLogin());
                    json.writeNumberProperty(
                            "blockedUsers", services.blocks().all().size());
                    json.writeNumberProperty("auditEventsLost", status.auditEventsLost());
                    json.writeNumberProperty("refusalsInLastMinute", status.refusalsInLastMinute());
                    status.certificateEnd()
                            .ifPresent(end -> json.writeStringProperty("certificateEnds", end.toString()));
                    status.certificateProblem()
                            .ifPresent(problem -> json.writeStringProperty("certificateProblem", problem));
                    status.nextCertificate()
                            .ifPresent(next -> json.writeStringProperty(
                                    "nextCertificate",
                                    next.truncatedTo(ChronoUnit.SECONDS).toString()));
                }),
                "");
    }

    private static void write(JsonGenerator json, Drain.State drain) {
        json.writeObjectPropertyStart("draining");
        json.writeStringProperty("since", drain.since().toString());
        json.writeStringProperty("by", drain.by());
        drain.deadline().ifPresent(deadline -> json.writeStringProperty("deadline", deadline.toString()));
        json.writeEndObject();
    }

    private Answer drain(Call call) throws ApiProblemException {
        Optional<String> text = call.text("deadline");
        Optional<Duration> left =
                text.isPresent() ? Optional.of(Call.duration("deadline", text.get(), LONGEST_DRAIN)) : Optional.empty();
        Instant now = services.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Drain.State drain = new Drain.State(now, call.caller().name(), left.map(now::plus));
        services.drain().begin(drain);
        left.ifPresent(time -> schedule(drain, time));
        return new Answer(
                Json.object(json -> {
                    write(json, drain);
                    json.writeNumberProperty("tunnels", services.tunnels().count());
                }),
                drain.deadline().map(deadline -> "until " + deadline).orElse("without a deadline"));
    }

    private void schedule(Drain.State drain, Duration time) {
        services.scheduler().schedule(() -> deadline(drain), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends what is left, again until nothing is, unless the drain was ended or another one began. */
    private void deadline(Drain.State drain) {
        if (services.drain().isInForce(drain) && services.tunnels().count() > 0) {
            services.tunnels().terminateAll(true, drain.why());
            schedule(drain, AFTER_DEADLINE);
        }
    }

    private Answer reload(Call call) {
        ReloadAnswer answer = services.configuration().reload(call.caller().name());
        return new Answer(Json.object(json -> write(json, answer)), answer.text());
    }

    /** A file of a mebibyte may have more problems than an answer should be long. */
    private static void write(JsonGenerator json, ReloadAnswer answer) {
        json.writeBooleanProperty("applied", answer instanceof Applied);
        json.writeStringProperty("before", answer.before());
        json.writeStringProperty("digest", answer.inForce());
        switch (answer) {
            case Applied applied -> {
                write(json, "changed", applied.keys());
                write(json, "warnings", applied.warnings());
                write(json, "problems", List.of());
                write(json, "needRestart", List.of());
            }
            case Refused refused -> {
                write(json, "changed", List.of());
                write(json, "warnings", List.of());
                write(json, "problems", refused.problems());
                write(json, "needRestart", refused.needingRestart());
            }
        }
    }

    private static void write(JsonGenerator json, String name, List<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.stream().limit(MOST_TEXTS).forEach(json::writeString);
        json.writeEndArray();
    }

    private Answer undrain(Call call) {
        boolean drained = services.drain().end();
        return new Answer(Json.object(json -> json.writeBooleanProperty("drained", drained)), "");
    }
}
