package io.gatehouse.jetty.admin;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.session.SessionCursor;
import io.gatehouse.core.session.SessionOrder;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jetty.admin.Operation.Answer;
import io.gatehouse.jetty.admin.Operation.Field;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who is connected; their ends, and messages for them. */
final class SessionOperations {
    private static final int LONGEST_MESSAGE = 500;

    private final AdminServices services;
    private final SessionFilter filter;

    SessionOperations(AdminServices services) {
        this.services = services;
        this.filter = new SessionFilter(services.domains(), services.clock());
    }

    List<Operation> all() {
        List<String> parameters = new ArrayList<>(SessionFilter.PARAMETERS);
        parameters.addAll(List.of("sort", "limit", "cursor"));
        Field reason = Field.optionalText("reason");
        return List.of(
                Operation.get("list-sessions", "/v1/sessions", parameters, Set.of(), this::list),
                Operation.get("show-session", "/v1/sessions/{id}", List.of(), Set.of(404), this::show),
                Operation.post(
                        "end-session",
                        "/v1/sessions/{id}/end",
                        AdminRole.OPERATOR,
                        List.of(reason),
                        Set.of(404),
                        this::end),
                Operation.post(
                        "message-session",
                        "/v1/sessions/{id}/message",
                        AdminRole.OPERATOR,
                        List.of(Field.text("text")),
                        Set.of(404, 409),
                        this::message),
                Operation.post(
                        "message-sessions",
                        "/v1/messages",
                        AdminRole.OPERATOR,
                        List.of(Field.text("text"), Field.optionalText("user"), Field.flag("all")),
                        Set.of(),
                        this::messages));
    }

    private Answer list(Call call) throws ApiProblemException {
        SessionOrder order = SessionOrder.of(call.parameter("sort").orElse(SessionOrder.NEWEST.label()))
                .orElseThrow(() -> new ApiProblemException(
                        400, "sort (expected newest, oldest, user, target, source, idle or bytes)"));
        Optional<SessionCursor> after = after(call, order);
        ListPage<Session> page = order.page(services.tunnels().sessions(), filter.of(call), call.limit(), after);
        Instant now = services.clock().instant();
        String body = Json.object(json -> {
            json.writeArrayPropertyStart("sessions");
            for (Session session : page.entries()) {
                json.writeStartObject();
                SessionJson.write(json, session, now);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberProperty("matched", page.matched());
            page.next().ifPresent(next -> json.writeStringProperty("next", next));
        });
        return new Answer(body, "");
    }

    private static Optional<SessionCursor> after(Call call, SessionOrder order) throws ApiProblemException {
        Optional<String> text = call.parameter("cursor");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (SessionCursor.parse(text.get())) {
            case Parsed.Valid<SessionCursor>(SessionCursor cursor) -> {
                if (cursor.order() != order) {
                    throw new ApiProblemException(400, "cursor of another sort (expected that of the page before)");
                }
                yield Optional.of(cursor);
            }
            case Parsed.Faulty<SessionCursor>(String problem) ->
                throw new ApiProblemException(400, "cursor: " + problem);
        };
    }

    private Session find(Call call) throws ApiProblemException {
        return services.tunnels()
                .session(call.id())
                .orElseThrow(() -> new ApiProblemException(404, "there is no such session; it may have ended"));
    }

    private Answer show(Call call) throws ApiProblemException {
        Session session = find(call);
        return new Answer(
                Json.object(json ->
                        SessionJson.write(json, session, services.clock().instant())),
                "");
    }

    private Answer end(Call call) throws ApiProblemException {
        Session session = find(call);
        int ended = services.users().end(session, call.why("ended"));
        return new Answer(
                Json.object(json -> json.writeNumberProperty("ended", ended)),
                "ended a session of " + session.user().displayName()
                        + (ended > 1 ? ", " + ended + " tunnels of its token" : ""));
    }

    private Answer message(Call call) throws ApiProblemException {
        Session session = find(call);
        String text = text(call);
        if (!session.client().showsMessages()) {
            throw new ApiProblemException(409, "the client of this session does not show messages");
        }
        services.tunnels().message(session.id(), text);
        return answer(1, 0);
    }

    private Answer messages(Call call) throws ApiProblemException {
        Optional<String> user = call.text("user");
        if (user.isPresent() == call.flag("all")) {
            throw new ApiProblemException(400, "expected either \"user\" or \"all\": true");
        }
        String text = text(call);
        Predicate<Session> addressed = _ -> true;
        if (user.isPresent()) {
            NamedAccount account = filter.account(user.get());
            addressed = session -> account.matches(session.user());
        }
        int sent = 0;
        int unable = 0;
        for (Session session : services.tunnels().sessions()) {
            if (!addressed.test(session)) {
                continue;
            }
            if (session.client().showsMessages()) {
                services.tunnels().message(session.id(), text);
                sent++;
            } else {
                unable++;
            }
        }
        return answer(sent, unable);
    }

    private static Answer answer(int sent, int unable) {
        return new Answer(
                Json.object(json -> {
                    json.writeNumberProperty("sent", sent);
                    json.writeNumberProperty("unable", unable);
                }),
                "sent to " + sent + " sessions");
    }

    /** MS-TSGU bounds a message by 65,535 bytes; people read less. */
    private static String text(Call call) throws ApiProblemException {
        String text = call.required("text");
        boolean printable =
                text.codePoints().allMatch(character -> character == '\n' || PrintableText.isPrintable(character));
        if (text.isBlank() || text.length() > LONGEST_MESSAGE || !printable) {
            throw new ApiProblemException(
                    400, "text (expected 1 to " + LONGEST_MESSAGE + " printable characters and line feeds)");
        }
        return text;
    }
}
