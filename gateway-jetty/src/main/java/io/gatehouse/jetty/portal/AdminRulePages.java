package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.policy.Access;
import io.gatehouse.core.policy.Decision;
import io.gatehouse.core.policy.Denial;
import io.gatehouse.core.policy.PassedOver;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.portal.PortalSessions;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The access rules in force, and which of them decides about a user and a target, for administrators. */
final class AdminRulePages {
    private final PortalServices services;
    private final PortalSessions sessions;
    private final AdminRights rights;
    private final Renderer renderer;

    AdminRulePages(PortalServices services, PortalSessions sessions, AdminRights rights, Renderer renderer) {
        this.services = services;
        this.sessions = sessions;
        this.rights = rights;
        this.renderer = renderer;
    }

    /** The rules, and the answer to a question when the form asks one. */
    void show(PortalExchange exchange, AdminUser user) {
        Messages messages = exchange.messages();
        Configuration configuration = rights.configuration();
        Map<String, String> fields = RuleQuestion.fields(exchange);
        Optional<String> problem = Optional.empty();
        Optional<AdminViews.Explanation> explanation = Optional.empty();
        if (!fields.isEmpty()) {
            switch (RuleQuestion.parse(
                    fields,
                    configuration.domains(),
                    this::known,
                    services.clock().instant())) {
                case Parsed.Valid<RuleQuestion>(RuleQuestion question) ->
                    explanation = Optional.of(explain(question, messages));
                case Parsed.Faulty<RuleQuestion>(String why) -> problem = Optional.of(ShownText.of(why));
            }
        }
        user.trace()
                .about(
                        fields.isEmpty() ? "list-rules" : "explain",
                        fields.getOrDefault("user", ""),
                        problem.orElseGet(() -> fields.getOrDefault("target", "")));
        AdminViews.Rules view = new AdminViews.Rules(
                configuration.gateway().policy().rule().stream()
                        .map(rule -> RuleWords.of(rule, messages))
                        .toList(),
                fields,
                problem,
                explanation);
        exchange.html(
                problem.isEmpty() ? 200 : 400,
                renderer.page(exchange, "admin-rules", "admin.rules.title", Optional.of(user.session()), view));
    }

    /** The groups of a user who is connected or signed in at the portal, and what was asked about the account last. */
    private RuleQuestion.Known known(Identity named) {
        String key = AccountNames.key(named);
        Optional<Identity> found = Stream.concat(
                        sessions.users().stream(),
                        services.tunnels().of(named).stream().map(session -> session.user()))
                .filter(other -> AccountNames.key(other).equals(key))
                .findFirst();
        return new RuleQuestion.Known(services.accounts().current(found.orElse(named)), found.isPresent());
    }

    private AdminViews.Explanation explain(RuleQuestion question, Messages messages) {
        Decision decision = services.policy()
                .get()
                .explain(question.requester(), question.host(), question.port(), services.administratorsResolver());
        List<AdminViews.Step> steps = new ArrayList<>();
        for (PassedOver rule : decision.passedOver()) {
            steps.add(new AdminViews.Step(
                    ShownText.of(rule.rule()),
                    rule.action() == RuleAction.ALLOW,
                    rule.why().isOpen() ? "unknown" : "passed",
                    ShownText.of(rule.why().text())));
        }
        String verdict = decision.verdict() == Decision.Verdict.DEPENDS ? "depends-" : "";
        String who = ShownText.of(AccountNames.withGroups(question.requester().identity()));
        return switch (decision.access()) {
            case Access.Allow allow -> {
                steps.add(new AdminViews.Step(ShownText.of(allow.rule().name()), true, "decides", ""));
                yield new AdminViews.Explanation(
                        who,
                        verdict + "allowed",
                        steps,
                        allow.target() + " · "
                                + allow.addresses().stream()
                                        .map(AddressLiteral::text)
                                        .collect(Collectors.joining(", "))
                                + (allow.rule().approval().isPresent()
                                        ? " · " + messages.text("admin.rules.approval.needed")
                                        : ""));
            }
            case Access.Unresolved(String why) ->
                new AdminViews.Explanation(who, "unresolved", steps, ShownText.of(why));
            case Access.Deny deny -> {
                switch (deny.reason()) {
                    case Denial.ByRule(String rule, var _) ->
                        steps.add(new AdminViews.Step(ShownText.of(rule), false, "decides", ""));
                    case Denial.Undecided(String rule, var _, var _) ->
                        steps.add(new AdminViews.Step(ShownText.of(rule), false, "doubts", ""));
                    case Denial.NoRule _, Denial.NoTarget _, Denial.OutsideTheToken _ -> {} // no rule decided
                }
                yield new AdminViews.Explanation(who, verdict + "denied", steps, ShownText.of(deny.why()));
            }
        };
    }
}
