package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.AtSessionTimeout;
import io.gatehouse.core.policy.ClaimValue;
import io.gatehouse.core.policy.ClientNamePattern;
import io.gatehouse.core.policy.Conditions;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.Hours;
import io.gatehouse.core.policy.HoursSpan;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Redirection;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.RuleAction;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.TimeZoneName;
import io.gatehouse.core.text.AccountNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code [[policy.rule]]}. Users and groups are alternatives: either may match. All other conditions that are named
 * must be met. A rule without conditions applies to everyone who signed in.
 *
 * @param name for the audit log
 * @param action what it does with whoever it matches
 * @param users account names, case ignored: {@code alice} (an account without a domain), {@code DOMAIN\alice},
 *     {@code alice@REALM}
 * @param groups group names or SIDs
 * @param domains domains of accounts, {@code .} for accounts without one; empty for all
 * @param methods sign-in methods, for example {@code ntlm}; empty for all
 * @param claims values of claims of an identity provider, {@code amr=otp}; one of each claim that is named must be
 *     there
 * @param mfa whether the sign-in must have had a second factor
 * @param sources addresses and CIDR blocks of clients
 * @param clientNames names that clients assert for their machines, with wildcards; nobody verifies them
 * @param desktops desktops of the portal that the connection may be for
 * @param hours days and hours in which the rule holds
 * @param timeZone where clocks show these hours
 * @param atHoursEnd what happens to open channels when they end
 * @param targets host names, wildcards ({@code *.example.com}), personal hosts ({@code pc-{user}}), addresses, CIDR
 *     blocks
 * @param ports ports and ranges ({@code "3389"}, {@code "3390-3399"}); never empty. When the file names none, that is
 *     3389 for a rule that allows, and every port for one that denies
 * @param disable what clients are asked not to redirect: "drive", "printer", "port", "clipboard", "pnp" or "all"
 * @param idleTimeout the channel is closed after this time without input from the client
 * @param sessionTimeout the channel has been open for long when this time has passed since the first channel of its
 *     tunnel was opened
 * @param atSessionTimeout what happens then
 * @param channelsPerUser open channels of one user by this rule
 * @param wake whether it lets users wake the machines of desktops that sleep
 */
public record RuleConfig(
        @OneLine(256) String name,
        @ConfigDefault("allow") RuleAction action,
        @ConfigDefault("[]") List<AccountPattern> users,
        @ConfigDefault("[]") List<GroupName> groups,
        @ConfigDefault("[]") List<String> domains,
        @ConfigDefault("[]") List<SignInMethod> methods,
        @ConfigDefault("[]") List<ClaimValue> claims,
        @ConfigDefault("false") boolean mfa,
        @ConfigDefault("[]") List<Cidr> sources,
        @ConfigDefault("[]") List<ClientNamePattern> clientNames,
        @ConfigDefault("[]") List<String> desktops,
        @ConfigDefault("[]") List<HoursSpan> hours,
        Optional<TimeZoneName> timeZone,
        @ConfigDefault("disconnect") AtHoursEnd atHoursEnd,
        @NotEmpty("expected at least one target") List<TargetPattern> targets,

        @NotEmpty("expected at least one port") Optional<List<PortRange>> ports,

        @ConfigDefault("[]") List<Redirection> disable,
        @Positive Optional<Duration> idleTimeout,
        @Positive Optional<Duration> sessionTimeout,
        @ConfigDefault("disconnect") AtSessionTimeout atSessionTimeout,
        @Positive Optional<Integer> channelsPerUser,
        @ConfigDefault("false") boolean wake) {
    /** How {@code domains} calls accounts without a domain. */
    static final String NO_DOMAIN = ".";

    private static final PortRange REMOTE_DESKTOP = new PortRange(3389, 3389);
    private static final PortRange EVERY_PORT = new PortRange(1, 65535);

    public RuleConfig {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
        domains = List.copyOf(domains);
        methods = List.copyOf(methods);
        claims = List.copyOf(claims);
        sources = List.copyOf(sources);
        clientNames = List.copyOf(clientNames);
        desktops = List.copyOf(desktops);
        hours = List.copyOf(hours);
        targets = List.copyOf(targets);
        ports = Optional.of(
                ports.map(List::copyOf).orElse(List.of(action == RuleAction.ALLOW ? REMOTE_DESKTOP : EVERY_PORT)));
        disable = List.copyOf(disable);
    }

    /** Whether it lets through what it matches. */
    boolean allows() {
        return action == RuleAction.ALLOW;
    }

    /**
     * The rule, ready to be applied.
     *
     * @param known give the domains of users and groups the names that identities have
     * @param suffix completes names of hosts
     */
    PolicyRule rule(Domains known, DnsSuffix suffix) {
        Set<String> accountDomains = domains.stream()
                .map(domain -> domain.equals(NO_DOMAIN) ? "" : AccountNames.folded(known.canonical(domain)))
                .collect(Collectors.toSet());
        return new PolicyRule(
                new Rule(name, idleTimeout, sessionTimeout, atSessionTimeout, channelsPerUser, wake),
                action,
                users.stream().map(user -> user.in(known)).toList(),
                groups.stream().map(group -> group.in(known)).collect(Collectors.toSet()),
                accountDomains,
                methods.stream().map(SignInMethod::name).collect(Collectors.toSet()),
                conditions(),
                targets.stream()
                        .map(target -> target.in(known, accountDomains, suffix))
                        .toList(),
                ports.orElseThrow(),
                disable.stream()
                        .mapToInt(redirection -> redirection.flag().bit())
                        .reduce(0, (one, other) -> one | other));
    }

    private Conditions conditions() {
        Map<String, Set<String>> asked = claims.stream()
                .collect(Collectors.groupingBy(
                        ClaimValue::claim, Collectors.mapping(ClaimValue::value, Collectors.toSet())));
        return new Conditions(
                asked,
                mfa,
                sources,
                clientNames,
                Set.copyOf(desktops),
                hours.isEmpty() ? Optional.empty() : timeZone.map(zone -> new Hours(hours, zone.zone())),
                atHoursEnd);
    }
}
