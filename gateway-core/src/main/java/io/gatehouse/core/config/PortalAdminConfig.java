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
 * @param signInAge how long ago an administrator may have signed in when he or she changes something. After that, the
 *     page asks for a new sign-in; reading is not affected, and desktops that were opened stay connected
 * @param documentation where browsers find this folder of documentation, such as {@code
 *     "https://docs.example.com/gatehouse"}. Error codes on the page <em>Failures</em> then link to <a
 *     href="error-codes.md#codes-that-the-gateway-sends">their page</a>, at the place of the code
 * @param rule {@code [[portal.admin.rule]]}, who may use the admin area. Users whom no rule names have none
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
     * @param role {@code "viewer"} reads; {@code "operator"} also ends, blocks and messages users; {@code "admin"} also
     *     drains the gateway. These are the <a href="admin-api.md#tokens-and-roles">roles of the API</a>
     * @param users account names, written <a href="rules.md#how-rules-name-users">as in access rules</a>. A rule needs
     *     users, groups or both; either may match
     * @param groups names of groups or SIDs
     * @param methods <a href="audit.md#sign-in-methods">sign-in methods</a> at the portal. Default: all.
     * @param mfa whether the sign-in must have had a second factor: a <a href="totp.md">one-time code</a>, or what the
     *     identity provider says
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
            return new AdministratorRule(role, accounts, SignInMethod.names(methods), mfa);
        }
    }

    /** The rules, ready to be applied. */
    public List<AdministratorRule> rules(Domains domains) {
        return rule.stream().map(each -> each.rule(domains)).toList();
    }
}
