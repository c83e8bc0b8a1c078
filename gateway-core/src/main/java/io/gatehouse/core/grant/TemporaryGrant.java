package io.gatehouse.core.grant;

import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.AccountMatcher;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.Conditions;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.text.Parsed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user may open a desktop for a while. It is a rule behind all others: whatever these deny stays denied.
 *
 * @param id {@link AccessEntry#id}
 * @param account {@link io.gatehouse.core.text.AccountNames#key} of the user
 * @param desktop its name
 * @param target where it is for them
 * @param reason why it was asked for
 * @param since when it was made
 * @param until when it ends
 * @param once whether it ends with the first session, too
 * @param by who approved it
 */
public record TemporaryGrant(
        String id,
        String account,
        String desktop,
        Target target,
        String reason,
        Instant since,
        Instant until,
        boolean once,
        String by)
        implements AccessEntry {
    private static final Pattern RULE_NAME = Pattern.compile("grant (" + GrantText.ID + ")");

    /** The name of its rule, in audit lines and lists of sessions. */
    public String ruleName() {
        return "grant " + id;
    }

    /** The id of the grant whose rule has that name; empty when it is another rule. */
    public static Optional<String> idIn(String ruleName) {
        Matcher name = RULE_NAME.matcher(ruleName);
        return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
    }

    /** Its rule, which ends by itself; empty when its target is none. */
    Optional<PolicyRule> rule(GrantTerms terms) {
        int backslash = account.indexOf('\\');
        String domain = account.substring(0, Math.max(0, backslash));
        String user = account.substring(backslash + 1);
        AccountMatcher who =
                domain.isEmpty() ? new AccountMatcher.Bare(user) : new AccountMatcher.InDomain(domain, user);
        return TargetPattern.parse(target.host()) instanceof Parsed.Valid<TargetPattern>(TargetPattern where)
                ? Optional.of(new PolicyRule(
                        new Rule(
                                ruleName(),
                                terms.idleTimeout(),
                                terms.sessionTimeout(),
                                AtSessionTimeout.DISCONNECT,
                                once ? Optional.of(1) : Optional.empty(),
                                true,
                                Optional.empty()),
                        RuleAction.ALLOW,
                        List.of(who),
                        Set.of(),
                        Set.of(),
                        terms.methods(),
                        Conditions.until(until, terms.atEnd(), terms.multiFactor()),
                        List.of(where),
                        List.of(new PortRange(target.port(), target.port())),
                        terms.redirectionFlags()))
                : Optional.empty();
    }
}
