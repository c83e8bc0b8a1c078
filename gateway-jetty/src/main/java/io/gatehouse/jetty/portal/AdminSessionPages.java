package io.gatehouse.jetty.portal;

import io.gatehouse.core.account.UserBlocks;
import io.gatehouse.core.approval.ApprovalQuestion;
import io.gatehouse.core.approval.QuestionPage;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.session.SessionOrder;
import io.gatehouse.jetty.admin.Administration;
import io.gatehouse.jetty.admin.GatewayStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who is connected, and who is kept out, for administrators. */
final class AdminSessionPages {
    private static final int PAGE = 50;
    private static final List<String> FILTER = List.of("user", "target", "source", "rule", "transport", "sort");

    private final PortalServices services;
    private final Administration administration;
    private final Confirmations confirmations;
    private final OpenedPages opened;
    private final Renderer renderer;
    private final AdminMessagePages pages;

    AdminSessionPages(PortalServices services, Confirmations confirmations, OpenedPages opened, Renderer renderer) {
        this.services = services;
        this.administration = services.administration();
        this.confirmations = confirmations;
        this.opened = opened;
        this.renderer = renderer;
        this.pages = new AdminMessagePages(renderer);
    }

    private static AdminViews.Can can(Administration administration, AdminUser user) {
        return new AdminViews.Can(
                administration.allows(user.role(), "end-session"), administration.allows(user.role(), "drain"));
    }

    /** The sessions, filtered, sorted and in pages. */
    void list(PortalExchange exchange, AdminUser user) {
        AdminList<Session> list = AdminList.of(
                exchange,
                PortalPath.ADMIN_SESSIONS,
                FILTER,
                query -> administration.sessions(user.at(exchange), query, PAGE));
        opened.note(exchange, user, "list-sessions", "", list.problem().orElse(""));
        Messages messages = exchange.messages();
        Instant now = services.clock().instant();
        QuestionPage waiting = services.approvals().questions(PAGE);
        AdminViews.Sessions view = new AdminViews.Sessions(
                list.map(session -> row(session, messages, now)),
                Arrays.stream(SessionOrder.values()).map(SessionOrder::label).toList(),
                administration
                        .drain()
                        .map(drain -> messages.text(
                                "admin.drained", AdminViews.time(drain.since()), ShownText.of(drain.by()))),
                administration
                        .status()
                        .certificateProblem()
                        .map(why -> messages.text("admin.certificate.problem", ShownText.of(why))),
                facts(messages),
                waiting.questions().stream()
                        .map(question -> pending(question, messages, now))
                        .toList(),
                waiting.more(),
                confirmations.notice(exchange, user),
                can(administration, user));
        exchange.html(
                list.problem().isEmpty() ? 200 : 400,
                renderer.page(exchange, "admin-sessions", "admin.sessions.title", Optional.of(user.session()), view));
    }

    private AdminViews.Row row(Session session, Messages messages, Instant now) {
        return AdminViews.Row.of(session, administration.account(session.user()), messages, now);
    }

    private static AdminViews.Pending pending(ApprovalQuestion question, Messages messages, Instant now) {
        return new AdminViews.Pending(
                ShownText.of(question.user().displayName()),
                ShownText.of(String.join(", ", question.clientNames())),
                AddressLiteral.text(question.source()),
                ShownText.of(String.join(", ", question.targets())),
                ShownText.of(question.rule()),
                messages.text(
                        question.terms().approvers().isEmpty()
                                ? "admin.rules.approval.self"
                                : "admin.approvals.others"),
                messages.span(Duration.between(question.askedAt(), now)));
    }

    private String facts(Messages messages) {
        GatewayStatus status = administration.status();
        return messages.text("admin.facts", status.tunnels(), status.connections(), status.auditEventsLost());
    }

    /** All that is known of one session. */
    void show(PortalExchange exchange, AdminUser user, String id) {
        Optional<Session> session = administration.session(id);
        opened.note(exchange, user, "show-session", id, session.isEmpty() ? "the session has ended" : "");
        if (session.isEmpty()) {
            pages.sessionGone(exchange, user, 404);
            return;
        }
        AdminViews.OneSession view = new AdminViews.OneSession(
                row(session.get(), exchange.messages(), services.clock().instant()), can(administration, user));
        exchange.html(
                200,
                renderer.page(exchange, "admin-session", "admin.session.title", Optional.of(user.session()), view));
    }

    /** The users who are kept out, and forms for any user. */
    void users(PortalExchange exchange, AdminUser user) {
        Messages messages = exchange.messages();
        Instant now = services.clock().instant();
        opened.note(exchange, user, "list-blocks", "", "");
        List<AdminViews.Blocked> blocked = administration.blocks().stream()
                .map(block -> blocked(block, messages, now))
                .toList();
        AdminViews.Users view = new AdminViews.Users(
                blocked,
                confirmations.notice(exchange, user),
                can(administration, user),
                services.secondFactors().isPresent());
        exchange.html(
                200, renderer.page(exchange, "admin-users", "admin.users.title", Optional.of(user.session()), view));
    }

    private AdminViews.Blocked blocked(UserBlocks.Block block, Messages messages, Instant now) {
        Optional<String> name = administration.accountOfKey(block.account());
        return new AdminViews.Blocked(
                name.orElseGet(() -> ShownText.of(block.account())),
                name.isPresent(),
                AdminViews.time(block.until()),
                messages.span(Duration.between(now, block.until())),
                ShownText.of(block.by()),
                ShownText.of(block.reason()));
    }
}
