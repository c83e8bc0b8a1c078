package io.gatehouse.core.policy;

import io.gatehouse.core.net.Target;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Why a target may not be reached. Its text is for administrators; clients learn that they were denied. */
public sealed interface Denial {
    /** What was asked for is no target: a name or port that cannot be. */
    record NoTarget(String problem) implements Denial {}

    /** The user came with a token, which opens other targets. */
    record OutsideTheToken(Target target) implements Denial {}

    /** A rule denies it. */
    record ByRule(String rule, Target target) implements Denial {}

    /**
     * A rule would deny it to users with some groups or claims, and the token does not say whether its user has them:
     * the rules named others when it was made.
     *
     * @param what groups or claims
     */
    record Undecided(String rule, Target target, Fact what) implements Denial {}

    /**
     * No rule allows it.
     *
     * @param rules all of them, and why each did not decide
     */
    record NoRule(Target target, List<PassedOver> rules) implements Denial {
        public NoRule {
            rules = List.copyOf(rules);
        }

        private String problem() {
            if (rules.stream().allMatch(rule -> rule.why().isAboutTheUser())) {
                return "no rule is for this user";
            }
            Set<String> obstacles = new LinkedHashSet<>();
            for (PassedOver rule : rules) {
                switch (rule.why()) {
                    case Mismatch.NoAddress(String problem) -> obstacles.add(problem);
                    case Mismatch.GuardedAddress(List<String> problems) -> obstacles.addAll(problems);
                    default -> {} // the rule is about something else
                }
            }
            return obstacles.isEmpty()
                    ? "no rule for this user covers " + target + PassedOver.remark(rules)
                    : String.join("; ", obstacles);
        }
    }

    /** Why nobody knows whether a rule is for the user. */
    static String notInTheToken(Fact what) {
        return ", and the token does not say it: the rules named other "
                + what.name().toLowerCase(Locale.ROOT)
                + " when it was made (expected a new token or .rdp file)";
    }

    /** One line. */
    default String text() {
        return switch (this) {
            case NoTarget(String problem) -> problem;
            case OutsideTheToken(Target target) -> "the token does not open " + target;
            case ByRule(String rule, Target target) -> "rule \"" + rule + "\" denies " + target;
            case Undecided(String rule, Target target, Fact what) ->
                "rule \"" + rule + "\" may deny " + target + notInTheToken(what);
            case NoRule none -> none.problem();
        };
    }
}
