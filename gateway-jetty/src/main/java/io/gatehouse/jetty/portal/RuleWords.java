package io.gatehouse.jetty.portal;

import io.gatehouse.core.config.RuleConfig;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.policy.TimeZoneName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Says an access rule in words. */
final class RuleWords {
    private final Messages messages;
    private final List<List<String>> facts = new ArrayList<>();

    private RuleWords(Messages messages) {
        this.messages = messages;
    }

    /** The rule for a page. */
    static AdminViews.RuleFacts of(RuleConfig rule, Messages messages) {
        RuleWords words = new RuleWords(messages);
        words.who(rule);
        words.circumstances(rule);
        words.consequences(rule);
        return new AdminViews.RuleFacts(
                ShownText.of(rule.name()), rule.action() == RuleAction.ALLOW, List.copyOf(words.facts));
    }

    private void who(RuleConfig rule) {
        list("users", rule.users());
        list("groups", rule.groups());
        if (rule.users().isEmpty() && rule.groups().isEmpty()) {
            fact("who", messages.text("admin.rules.everyone"));
        }
        list("domains", rule.domains());
        list("methods", rule.methods());
        list(
                "claims",
                rule.claims().stream()
                        .map(claim -> claim.claim() + "=" + claim.value())
                        .toList());
        if (rule.mfa()) {
            fact("mfa", messages.text("admin.rules.mfa.needed"));
        }
    }

    private void circumstances(RuleConfig rule) {
        list("sources", rule.sources());
        list("clients", rule.clientNames());
        list("desktops", rule.desktops());
        String zone = rule.timeZone().map(TimeZoneName::toString).orElse("UTC");
        if (!rule.hours().isEmpty()) {
            fact(
                    "hours",
                    joined(rule.hours()) + " (" + zone + ")"
                            + (rule.atHoursEnd() == AtHoursEnd.CONTINUE
                                    ? ", " + messages.text("admin.rules.continue")
                                    : ""));
        }
    }

    private void consequences(RuleConfig rule) {
        list("targets", rule.targets());
        rule.ports().ifPresent(ports -> list("ports", ports));
        list("disable", rule.disable());
        rule.idleTimeout().ifPresent(time -> fact("idle", words(time)));
        rule.sessionTimeout()
                .ifPresent(time -> fact(
                        "timeout",
                        words(time)
                                + (rule.atSessionTimeout() == AtSessionTimeout.REAUTHORISE
                                        ? ", " + messages.text("admin.rules.reauthorise")
                                        : "")));
        rule.channelsPerUser().ifPresent(count -> fact("channels", String.valueOf(count)));
        rule.approval()
                .ifPresent(who -> fact(
                        "approval",
                        who.groups().isEmpty() ? messages.text("admin.rules.approval.self") : joined(who.groups())));
    }

    private String words(Duration time) {
        return messages.span(time);
    }

    private void list(String key, Collection<?> values) {
        if (!values.isEmpty()) {
            fact(key, joined(values));
        }
    }

    private static String joined(Collection<?> values) {
        return values.stream().map(value -> ShownText.of(value.toString())).collect(Collectors.joining(", "));
    }

    private void fact(String key, String text) {
        facts.add(List.of(messages.text("admin.rules." + key), text));
    }
}
