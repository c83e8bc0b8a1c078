package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Redirection;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.TargetPattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code [[policy.rule]]}. Users and groups are alternatives: either may match. A rule with neither applies to everyone
 * who signed in.
 *
 * @param name for the audit log
 * @param users account names, case ignored: {@code alice} (an account without a domain), {@code DOMAIN\alice},
 *     {@code alice@REALM}
 * @param groups group names or SIDs
 * @param methods sign-in methods, for example {@code ntlm}; empty for all
 * @param targets host names, wildcards ({@code *.example.com}), addresses, CIDR blocks
 * @param ports ports and ranges ({@code "3389"}, {@code "3390-3399"})
 * @param disable what clients are asked not to redirect: "drive", "printer", "port", "clipboard", "pnp" or "all"
 * @param idleTimeout the channel is closed after this time without input from the client
 * @param sessionTimeout the channel is closed when this time has passed since the first channel of its tunnel was
 *     opened
 */
public record RuleConfig(
        @OneLine(256) String name,
        @ConfigDefault("[]") List<AccountPattern> users,
        @ConfigDefault("[]") List<GroupName> groups,
        @ConfigDefault("[]") List<SignInMethod> methods,
        @NotEmpty("expected at least one target") List<TargetPattern> targets,

        @ConfigDefault("[\"3389\"]") @NotEmpty("expected at least one port") List<PortRange> ports,

        @ConfigDefault("[]") List<Redirection> disable,
        @Positive Optional<Duration> idleTimeout,
        @Positive Optional<Duration> sessionTimeout) {
    public RuleConfig {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
        methods = List.copyOf(methods);
        targets = List.copyOf(targets);
        ports = List.copyOf(ports);
        disable = List.copyOf(disable);
    }

    /**
     * The rule, ready to be applied.
     *
     * @param domains give the domains of users and groups the names that identities have
     */
    PolicyRule rule(Domains domains) {
        return new PolicyRule(
                new Rule(name, idleTimeout, sessionTimeout),
                users.stream().map(user -> user.in(domains)).toList(),
                groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet()),
                methods.stream().map(SignInMethod::name).collect(Collectors.toSet()),
                targets,
                ports,
                disable.stream()
                        .mapToInt(redirection -> redirection.flag().bit())
                        .reduce(0, (one, other) -> one | other));
    }
}
