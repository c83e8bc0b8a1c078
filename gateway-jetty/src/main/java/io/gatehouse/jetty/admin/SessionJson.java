package io.gatehouse.jetty.admin;

import io.gatehouse.api.Grant;
import io.gatehouse.api.Identity;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.tsgu.Capability;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** Writes a session as the API shows it. Absent facts have no field. */
final class SessionJson {
    private final JsonGenerator json;
    private final Instant now;

    private SessionJson(JsonGenerator json, Instant now) {
        this.json = json;
        this.now = now;
    }

    /** Writes the fields of {@code session} into the open object of {@code json}. */
    static void write(JsonGenerator json, Session session, Instant now) {
        new SessionJson(json, now).write(session);
    }

    private void write(Session session) {
        json.writeStringProperty("id", session.id());
        json.writeStringProperty("correlationId", session.correlationId());
        user(session.user());
        client(session.client());
        json.writeStringProperty("transport", session.transport());
        json.writeObjectPropertyStart("target");
        json.writeStringProperty("host", session.target().host());
        json.writeNumberProperty("port", session.target().port());
        json.writeStringProperty("address", AddressLiteral.text(session.address()));
        json.writeEndObject();
        json.writeStringProperty("rule", session.rule());
        session.approval().ifPresent(this::approval);
        json.writeStringProperty("since", second(session.since()));
        json.writeStringProperty("idleSince", second(now.minus(session.idle())));
        json.writeNumberProperty("idleSeconds", session.idle().toSeconds());
        json.writeNumberProperty("bytesToTarget", session.bytesToTarget());
        json.writeNumberProperty("bytesToClient", session.bytesToClient());
    }

    private void user(Identity user) {
        json.writeObjectPropertyStart("user");
        json.writeStringProperty("name", user.user());
        user.domain().ifPresent(domain -> json.writeStringProperty("domain", domain));
        json.writeStringProperty("account", user.displayName());
        json.writeEndObject();
        json.writeObjectPropertyStart("signIn");
        json.writeStringProperty("provider", user.provider());
        json.writeStringProperty("method", user.method());
        words("proofs", user.proofs().stream());
        user.grant().map(Grant::token).ifPresent(token -> json.writeStringProperty("token", token));
        json.writeEndObject();
    }

    private void client(Session.Client client) {
        json.writeObjectPropertyStart("client");
        json.writeStringProperty("address", AddressLiteral.text(client.address()));
        client.name().ifPresent(name -> json.writeStringProperty("name", name));
        client.userAgent().ifPresent(agent -> json.writeStringProperty("userAgent", agent));
        words("capabilities", Arrays.stream(Capability.values()).filter(each -> each.in(client.offered())));
        json.writeBooleanProperty("showsMessages", client.showsMessages());
        json.writeEndObject();
    }

    private void approval(GivenApproval approval) {
        json.writeObjectPropertyStart("approval");
        json.writeStringProperty("id", approval.question());
        json.writeStringProperty("by", approval.by());
        json.writeStringProperty("at", second(approval.at()));
        json.writeBooleanProperty("withNumber", approval.withNumber());
        json.writeEndObject();
    }

    private void words(String name, Stream<? extends Enum<?>> values) {
        List<String> words = values.map(
                        value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .sorted()
                .toList();
        json.writeArrayPropertyStart(name);
        words.forEach(json::writeString);
        json.writeEndArray();
    }

    private static String second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
