package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.jetty.admin.Administration;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What administrators do: first a page asks, then its form does it, once. Who signed in long ago signs in again before.
 */
final class AdminActionPages {
    private static final int LONGEST_USER = 256;

    private final PortalServices services;
    private final PortalSessions sessions;
    private final Administration administration;
    private final AdminRights rights;
    private final Confirmations confirmations;
    private final CurrentAccounts accounts;
    private final ActionSubjects subjects;
    private final Renderer renderer;
    private final AdminMessagePages pages;

    AdminActionPages(
            PortalServices services,
            PortalSessions sessions,
            AdminRights rights,
            Confirmations confirmations,
            Renderer renderer) {
        this.services = services;
        this.sessions = sessions;
        this.administration = services.administration();
        this.rights = rights;
        this.confirmations = confirmations;
        this.accounts = new CurrentAccounts(services);
        this.subjects = new ActionSubjects(services);
        this.renderer = renderer;
        this.pages = new AdminMessagePages(renderer);
    }

    /** Asks whether something shall be done. */
    void confirm(PortalExchange exchange, AdminUser user, String operation) {
        Optional<AdministratorAction> found = AdministratorAction.of(operation);
        if (found.isEmpty()) {
            user.trace().about("unknown", exchange.path(), "there is no such action");
            pages.show(exchange, user, 404, "admin.unknown");
            return;
        }
        AdministratorAction action = found.get();
        String about = exchange.parameter("user").map(String::strip).orElse("");
        Confirmations.Question question = new Confirmations.Question(
                operation,
                switch (action.subject()) {
                    case SESSION -> exchange.parameter("session").orElse("");
                    case GRANT -> exchange.parameter("grant").orElse("");
                    case TICKET -> exchange.parameter("ticket").orElse("");
                    case USER, ANYBODY, GATEWAY -> "";
                },
                about.length() > LONGEST_USER ? about.substring(0, LONGEST_USER) : about);
        if (!administration.allows(user.role(), operation)) {
            user.trace()
                    .about(
                            operation,
                            subject(question),
                            "needs another role than " + user.role().label());
            pages.show(exchange, user, 403, "admin.role");
        } else if (isFresh(exchange, user, question)) {
            if (subjects.isGone(question)) {
                user.trace().about(operation, subject(question), "what it is about has ended");
                pages.gone(exchange, user, 404, action);
            } else {
                user.trace().about("show-confirmation", subject(question), operation);
                ask(exchange, user, action, question, 200, Map.of(), Optional.empty());
            }
        }
    }

    private static String subject(Confirmations.Question question) {
        return question.id().isEmpty() ? question.user() : question.id();
    }

    /** Whether the sign-in is new enough; otherwise the user was asked to sign in again. */
    private boolean isFresh(PortalExchange exchange, AdminUser user, Confirmations.Question question) {
        Instant now = services.clock().instant();
        if (rights.isFresh(user.session(), now)) {
            return true;
        }
        user.trace()
                .about(question.operation(), subject(question), "signed in more than " + rights.signInAge() + " ago");
        pages.signInAgain(exchange, user);
        return false;
    }

    private void ask(
            PortalExchange exchange,
            AdminUser user,
            AdministratorAction action,
            Confirmations.Question question,
            int status,
            Map<String, String> values,
            Optional<String> problem) {
        Messages messages = exchange.messages();
        if (subjects.isGone(question)) {
            pages.gone(exchange, user, status, action);
            return;
        }
        List<List<String>> facts = subjects.facts(action, question, messages);
        AdminViews.Question view = new AdminViews.Question(
                action.operation(),
                action.isDangerous(),
                facts,
                action.fields().stream().map(AdministratorAction.Field::label).toList(),
                values,
                confirmations.ask(user.session(), question),
                problem.map(ShownText::of),
                back(action));
        String title = "admin." + action.operation();
        exchange.html(status, renderer.page(exchange, "admin-confirm", title, Optional.of(user.session()), view));
    }

    private static String back(AdministratorAction action) {
        return switch (action) {
            case BLOCK_USER, UNBLOCK_USER, RESET_SECOND_FACTOR -> PortalPath.ADMIN_USERS.path();
            case END_SESSION, MESSAGE_SESSION, END_USER, MESSAGE_SESSIONS, DRAIN, UNDRAIN ->
                PortalPath.ADMIN_SESSIONS.path();
            case REVOKE_GRANT -> PortalPath.ADMIN_GRANTS.path();
            case REVOKE_TICKET -> PortalPath.ADMIN_TICKETS.path();
        };
    }

    /** Does what a page has asked about. */
    void act(PortalExchange exchange, AdminUser asking) {
        Optional<Confirmations.Question> answered =
                exchange.parameter("confirmation").flatMap(id -> confirmations.answer(asking.session(), id));
        if (answered.isEmpty()) {
            asking.trace().about("unknown", "", "a form that was sent before, or too late");
            pages.show(exchange, asking, 403, "admin.sent");
            return;
        }
        Confirmations.Question question = answered.get();
        if (!isFresh(exchange, asking, question)) {
            return;
        }
        Optional<Identity> now = accounts.user(
                exchange,
                asking.session(),
                (why, _) -> asking.trace().about(question.operation(), subject(question), why));
        if (now.isEmpty()) {
            return;
        }
        Optional<AdminRole> role = rights.role(now.get());
        if (role.isEmpty()) {
            asking.trace().about(question.operation(), subject(question), "may no longer use the admin area");
            exchange.unknownPath();
            return;
        }
        AdminUser user = new AdminUser(asking.session(), role.get(), asking.trace());
        AdministratorAction action =
                AdministratorAction.of(question.operation()).orElseThrow();
        Map<String, String> values = values(exchange, action);
        user.trace().none(); // the operation writes its own line
        Administration.Result result = administration.run(
                user.at(exchange), question.operation(), question.id(), fields(action, question, values));
        if (result.isDone()) {
            confirmations.tell(user.session(), new Confirmations.Notice(question.operation(), result.detail()));
            exchange.redirect(back(action));
        } else {
            ask(exchange, user, action, question, result.status(), values, Optional.of(result.detail()));
        }
    }

    private static Map<String, String> values(PortalExchange exchange, AdministratorAction action) {
        Map<String, String> values = new HashMap<>();
        for (AdministratorAction.Field field : action.fields()) {
            exchange.parameter(field.label())
                    .map(text -> text.replace("\r\n", "\n").strip())
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> values.put(field.label(), text));
        }
        return values;
    }

    private static Map<String, Object> fields(
            AdministratorAction action, Confirmations.Question question, Map<String, String> values) {
        Map<String, Object> fields = new HashMap<>(values);
        if (!question.user().isEmpty()) {
            fields.put("user", question.user());
        } else if (action.subject() == AdministratorAction.Subject.ANYBODY) {
            fields.put("all", true);
        }
        return fields;
    }

    /**
     * Lets the user sign in again: the session is forgotten as if its time were over, so that the desktops that were
     * opened in it go on.
     */
    void signInAgain(PortalExchange exchange, AdminUser user) {
        user.trace().about("sign-in-again", "", "");
        sessions.forgetAll(other -> other.id().equals(user.session().id()));
        exchange.setCookie(Cookies.gone(Cookies.SESSION));
        exchange.redirect(PortalPath.SIGN_IN.path() + "?return_to="
                + URLEncoder.encode(PortalPath.ADMIN_SESSIONS.path(), StandardCharsets.UTF_8));
    }
}
