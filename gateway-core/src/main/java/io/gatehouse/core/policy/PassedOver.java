package io.gatehouse.core.policy;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A rule that was looked at and did not decide.
 *
 * @param rule its name
 * @param action what it would have done
 * @param why why it did not
 */
public record PassedOver(String rule, RuleAction action, Mismatch why) {
    private static final int MOST_SHOWN = 4;

    /**
     * The rules that are for the user and still did not decide, for an audit line: {@code  ("night": Fri 12:00 in UTC
     * is outside its hours)} with a space in front, or nothing. Bounded.
     */
    static String remark(List<PassedOver> rules) {
        List<PassedOver> near = rules.stream()
                .filter(rule -> rule.action() == RuleAction.ALLOW && !rule.why().isAboutTheUser())
                .toList();
        if (near.isEmpty()) {
            return "";
        }
        String shown = near.stream()
                .limit(MOST_SHOWN)
                .map(rule -> "\"" + rule.rule() + "\": " + rule.why().text())
                .collect(Collectors.joining("; "));
        int more = near.size() - MOST_SHOWN;
        return " (" + shown + (more > 0 ? "; and " + more + " more rules" : "") + ")";
    }
}
