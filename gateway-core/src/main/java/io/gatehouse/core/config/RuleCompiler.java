package io.gatehouse.core.config;

import io.gatehouse.api.Domains;
import io.gatehouse.core.config.GatewayConfig.RuleConfig;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.NameMatcher;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Redirections;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Makes rules out of what the file says about them. */
final class RuleCompiler {
    /** Words that methods once had, and what they are called now. */
    static final Map<String, String> FORMER_METHODS = Map.of("token", "paa", "sspi-ntlm", "ntlm");

    private final Domains domains;
    private final BiConsumer<String, String> report;

    /**
     * A compiler.
     *
     * @param domains give domains their names in rules
     * @param report is told each key, relative to the rule, and what is wrong with it
     */
    RuleCompiler(Domains domains, BiConsumer<String, String> report) {
        this.domains = domains;
        this.report = report;
    }

    /**
     * Rules that were checked before.
     *
     * @throws IllegalArgumentException when one was not
     */
    static List<PolicyRule> compile(List<RuleConfig> rules, Domains domains) {
        RuleCompiler strict = new RuleCompiler(domains, (key, problem) -> {
            throw new IllegalArgumentException(key + ": " + problem);
        });
        return rules.stream().map(strict::compile).toList();
    }

    PolicyRule compile(RuleConfig rule) {
        int flags = each("disable", rule.disable(), Redirections::parse).stream()
                .mapToInt(RedirectionFlag::bit)
                .reduce(0, (one, other) -> one | other);
        return new PolicyRule(
                new Rule(rule.name(), rule.idleTimeout(), rule.sessionTimeout()),
                each("users", rule.users(), text -> NameMatcher.parse(text, domains)),
                Set.copyOf(each("groups", rule.groups(), this::groupName)),
                Set.copyOf(each("methods", rule.methods(), RuleCompiler::method)),
                each("targets", rule.targets(), TargetPattern::parse),
                each("ports", rule.ports(), PortRange::parse),
                flags);
    }

    private Parsed<String> groupName(String text) {
        return switch (NameMatcher.checkName(text)) {
            case Parsed.Valid<String>(String name) -> Parsed.valid(AccountNames.folded(domains.groupName(name)));
            case Parsed.Faulty<String> faulty -> faulty;
        };
    }

    private static Parsed<String> lowerName(String text) {
        return switch (NameMatcher.checkName(text)) {
            case Parsed.Valid<String>(String name) -> Parsed.valid(name.toLowerCase(Locale.ROOT));
            case Parsed.Faulty<String> faulty -> faulty;
        };
    }

    private static Parsed<String> method(String text) {
        return switch (lowerName(text)) {
            case Parsed.Valid<String>(String name) -> Parsed.valid(FORMER_METHODS.getOrDefault(name, name));
            case Parsed.Faulty<String> faulty -> faulty;
        };
    }

    private <T> List<T> each(String key, List<String> texts, Function<String, Parsed<T>> parse) {
        List<T> values = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            switch (parse.apply(texts.get(i))) {
                case Parsed.Valid<T>(T value) -> values.add(value);
                case Parsed.Faulty<T>(String problem) -> report.accept(key + "[" + i + "]", problem);
            }
        }
        return values;
    }
}
