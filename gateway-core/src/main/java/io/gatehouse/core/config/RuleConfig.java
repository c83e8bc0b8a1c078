package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.ApprovalTerms;
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
import io.gatehouse.core.policy.WithoutNumber;
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
 * @param name appears in the audit log
 * @param action {@code "allow"} or {@code "deny"}
 * @param users <a href="rules.md#how-rules-name-users">account names</a>, case ignored: {@code "alice"} (an account
 *     without a domain), {@code 'DOMAIN\alice'}, {@code "alice@REALM"}. Default: all.
 * @param groups <a href="rules.md#how-rules-name-groups">group names</a> or SIDs: {@code "staff"}, {@code
 *     'PARTNER\staff'}. Users and groups are alternatives: either may match. Default: all.
 * @param domains domains of accounts, by any name of their {@code [[domain]]}; {@code "."} for accounts without a
 *     domain. Default: all.
 * @param methods <a href="audit.md#sign-in-methods">sign-in methods</a>: {@code "ntlm"}, {@code "kerberos"}, {@code
 *     "basic"}, {@code "bearer"}, {@code "oidc"}, {@code "header"}, {@code "assertion"}, {@code "certificate"}, {@code
 *     "device-ticket"}, or {@code "paa"} for {@code gatehouse rdp make}. A client that brings a token of the portal has
 *     the method by which its user signed in at the portal. Default: all.
 * @param claims {@code "NAME=VALUE"}: what the identity provider must have reported, by <a href="auth-oidc.md">OpenID
 *     Connect</a> or a <a href="auth-header.md#signed-assertions">signed assertion</a>. The claim is text, or a list
 *     that has the value. Upper and lower case differ. Claims inside objects have dots: {@code
 *     "realm_access.roles=admin"}
 * @param mfa whether a second factor must have been used
 * @param sources addresses and CIDR blocks of clients. Default: all.
 * @param clientNames names that clients report, with {@code *} for any text; <a
 *     href="rules.md#company-laptops-only">nobody verifies them</a>, so users can avoid a rule that denies by them.
 *     Default: all.
 * @param desktops names of {@code [[desktop]]}: the connection must have been started from one of them. Default: all.
 * @param hours {@code "Mon-Fri 08:00-18:00"}, {@code "Sat,Sun 10:00-14:00"}, {@code "22:00-06:00"}. They end at the
 *     second time, {@code "24:00"} is midnight. Default: always.
 * @param timeZone the zone of these hours, a name of the IANA database ({@code "Europe/Berlin"}, {@code "UTC"}).
 *     Required with {@code hours}
 * @param atHoursEnd {@code "disconnect"}: the rules are asked again, and the channel is closed unless another rule
 *     allows it. {@code "continue"}: open channels go on
 * @param targets host names, wildcards ({@code "*.example.com"}), <a
 *     href="rules.md#each-user-to-their-own-computer">personal hosts</a> ({@code "pc-{user}"}), addresses, CIDR blocks
 * @param ports ports and ranges ({@code "3390-3399"}). Default: {@code ["3389"]}; every port if the rule denies.
 * @param disable what clients are asked not to redirect: {@code "drive"}, {@code "printer"}, {@code "port"}, {@code
 *     "clipboard"}, {@code "pnp"} or {@code "all"}. This is a request to the client, not a protection: clients may
 *     ignore it. The client receives it when it connects; <a href="rules.md#what-happens-to-open-channels">a reload</a>
 *     closes channels whose clients have not received it
 * @param idleTimeout the gateway closes a channel after this time without input from the client
 * @param sessionTimeout how long a user may be connected, counted from the first channel of the tunnel. Opening another
 *     channel does not extend it
 * @param atSessionTimeout {@code "disconnect"}: the gateway closes the channel, and the user has to connect and sign in
 *     again. {@code "reauthorise"}: <a href="rules.md#let-long-sessions-go-on-while-the-account-is-good">the account
 *     and the rules are checked again</a>, without the user
 * @param channelsPerUser channels of one user that this rule allows, at one time. After a reload, the channels that are
 *     open count under the rule that allows them then
 * @param wake whether users may <a href="wake-on-lan.md">wake the computer</a> that they are allowed to open, if it
 *     sleeps
 * @param approval who must <a href="approval.md">approve a connection in a browser</a> first: {@code "self"} for the
 *     user, or {@code { groups = ["name"] }} for somebody else, with group names or SIDs
 * @param approvalLasts how long an approval is good for further connections of the user, from the same address, by this
 *     rule. Default: {@code "15m"}.
 * @param approvalMethods <a href="audit.md#sign-in-methods">sign-in methods</a> by which the approver must have signed
 *     in at the portal. Default: all.
 * @param approvalMfa whether the approver must have used a second factor
 * @param approvalWithoutNumber what becomes of <a href="approval.md#clients-that-show-no-number">clients that show no
 *     number</a>: they wait like others, are refused, or need no approval. Default: {@code "ask"}.
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
        @ConfigDefault("false") boolean wake,
        Optional<Approvers> approval,
        @Range(min = "1s") Optional<Duration> approvalLasts,
        @ConfigDefault("[]") List<SignInMethod> approvalMethods,
        @ConfigDefault("false") boolean approvalMfa,
        Optional<WithoutNumber> approvalWithoutNumber) {
    /** How {@code domains} calls accounts without a domain. */
    static final String NO_DOMAIN = ".";

    private static final PortRange REMOTE_DESKTOP = new PortRange(3389, 3389);
    /** Long enough for a client to come again, and to reconnect after a lost connection. */
    private static final Duration APPROVAL_LASTS = Duration.ofMinutes(15);

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
        approvalMethods = List.copyOf(approvalMethods);
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
                new Rule(
                        name,
                        idleTimeout,
                        sessionTimeout,
                        atSessionTimeout,
                        channelsPerUser,
                        wake,
                        approval.map(who -> terms(who, known))),
                action,
                users.stream().map(user -> user.in(known)).toList(),
                groups.stream().map(group -> group.in(known)).collect(Collectors.toSet()),
                accountDomains,
                SignInMethod.names(methods),
                conditions(),
                targets.stream()
                        .map(target -> target.in(known, accountDomains, suffix))
                        .toList(),
                ports.orElseThrow(),
                Redirection.flags(disable));
    }

    private ApprovalTerms terms(Approvers who, Domains known) {
        return new ApprovalTerms(
                who.in(known),
                SignInMethod.names(approvalMethods),
                approvalMfa,
                approvalLasts.orElse(APPROVAL_LASTS),
                approvalWithoutNumber.orElse(WithoutNumber.ASK),
                joined(targets) + " (" + joined(ports.orElseThrow()) + ")");
    }

    private static String joined(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
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
