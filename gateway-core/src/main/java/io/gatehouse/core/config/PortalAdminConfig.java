package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.portal.AdministratorRule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code [portal.admin]}: the admin area of the portal, and who may use it.
 *
 * @param signInAge how long ago administrators may have signed in when they change something; later they sign in again
 * @param documentation where browsers find the folder of the documentation, for links about error codes
 * @param rule {@code [[portal.admin.rule]]}; whom none of them names has no admin area
 */
public record PortalAdminConfig(
        @ConfigDefault("1h") @Positive Duration signInAge,
        @OneLine(200) Optional<String> documentation,
        @ConfigDefault("[]") List<Rule> rule) {
    public PortalAdminConfig {
        rule = List.copyOf(rule);
    }

    /**
     * {@code [[portal.admin.rule]]}. Users and groups are alternatives: either may match. The other conditions must be
     * met as well. Of several rules for one user, the role that may do most counts.
     *
     * @param role as tokens of the admin API have it
     * @param users account names, as rules of the policy write them
     * @param groups group names or SIDs
     * @param methods sign-in methods; empty for all
     * @param mfa whether the sign-in must have had a second factor
     */
    public record Rule(
            AdminRole role,
            @ConfigDefault("[]") List<AccountPattern> users,
            @ConfigDefault("[]") List<GroupName> groups,
            @ConfigDefault("[]") List<SignInMethod> methods,
            @ConfigDefault("false") boolean mfa) {
        public Rule {
            users = List.copyOf(users);
            groups = List.copyOf(groups);
            methods = List.copyOf(methods);
        }

        private AdministratorRule rule(Domains domains) {
            AccountSelection accounts = new AccountSelection(
                    users.stream().map(user -> user.in(domains)).toList(),
                    groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet()));
            return new AdministratorRule(
                    role, accounts, methods.stream().map(SignInMethod::name).collect(Collectors.toSet()), mfa);
        }
    }

    /** The rules, ready to be applied. */
    public List<AdministratorRule> rules(Domains domains) {
        return rule.stream().map(each -> each.rule(domains)).toList();
    }
}
