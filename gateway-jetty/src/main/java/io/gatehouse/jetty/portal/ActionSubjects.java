package io.gatehouse.jetty.portal;

import io.gatehouse.core.grant.TemporaryGrant;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.ticket.DeviceTicket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an administrator is asked about first: a session, a grant, a device ticket, a user or the gateway. */
final class ActionSubjects {
    private final PortalServices services;

    ActionSubjects(PortalServices services) {
        this.services = services;
    }

    private static Optional<AdministratorAction.Subject> subject(Confirmations.Question question) {
        return AdministratorAction.of(question.operation()).map(AdministratorAction::subject);
    }

    private Optional<Session> session(Confirmations.Question question) {
        return services.administration().session(question.id());
    }

    private Optional<TemporaryGrant> grant(Confirmations.Question question) {
        return services.grants()
                .flatMap(desk -> desk.grants().stream()
                        .filter(grant -> grant.id().equals(question.id()))
                        .findFirst());
    }

    private Optional<DeviceTicket> ticket(Confirmations.Question question) {
        return services.deviceTickets().flatMap(desk -> desk.good(question.id()));
    }

    /** Whether the session, grant or device ticket has ended. */
    boolean isGone(Confirmations.Question question) {
        return subject(question)
                .filter(subject -> switch (subject) {
                    case SESSION -> session(question).isEmpty();
                    case GRANT -> grant(question).isEmpty();
                    case TICKET -> ticket(question).isEmpty();
                    case USER, ANYBODY, GATEWAY -> false;
                })
                .isPresent();
    }

    /** What is said about it: a name and a value each. */
    List<List<String>> facts(AdministratorAction action, Confirmations.Question question, Messages messages) {
        List<List<String>> facts = new ArrayList<>();
        switch (action.subject()) {
            case SESSION -> session(question).ifPresent(session -> facts(facts, session, messages));
            case GRANT -> grant(question).ifPresent(grant -> facts(facts, grant, messages));
            case TICKET -> ticket(question).ifPresent(ticket -> facts(facts, ticket, messages));
            case USER, ANYBODY, GATEWAY -> {
                if (!question.user().isEmpty()) {
                    facts.add(List.of(messages.text("admin.user"), ShownText.of(question.user())));
                } else if (action.subject() == AdministratorAction.Subject.ANYBODY) {
                    facts.add(List.of(messages.text("admin.user"), messages.text("admin.everybody")));
                }
            }
        }
        return facts;
    }

    private void facts(List<List<String>> facts, Session session, Messages messages) {
        AdminViews.Row row = AdminViews.Row.of(
                session, Optional.empty(), messages, services.clock().instant());
        facts.add(List.of(messages.text("admin.user"), row.user()));
        facts.add(List.of(messages.text("admin.client"), row.client() + " · " + row.address()));
        facts.add(List.of(messages.text("admin.target"), row.target()));
    }

    private static void facts(List<List<String>> facts, DeviceTicket ticket, Messages messages) {
        facts.add(
                List.of(messages.text("admin.user"), ShownText.of(ticket.user().displayName())));
        facts.add(List.of(messages.text("devices.device"), ShownText.of(ticket.device())));
        facts.add(List.of(messages.text("access.desktop"), ticket.desktop() + " · " + ticket.target()));
        facts.add(List.of(messages.text("devices.expires"), AdminViews.time(ticket.expires())));
    }

    private static void facts(List<List<String>> facts, TemporaryGrant grant, Messages messages) {
        facts.add(List.of(messages.text("admin.user"), AccessPages.name(grant.account())));
        facts.add(List.of(messages.text("access.desktop"), grant.desktop() + " · " + grant.target()));
        facts.add(List.of(messages.text("admin.grants.until"), AdminViews.time(grant.until())));
        facts.add(List.of(messages.text("admin.reason"), ShownText.of(grant.reason())));
    }
}
