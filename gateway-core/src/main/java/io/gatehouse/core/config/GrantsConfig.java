package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.grant.GrantTerms;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.AtHoursEnd;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.Redirection;
import io.gatehouse.core.policy.SignInMethod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * {@code [portal.grants]}: users ask at the portal for desktops that no rule gives them, and others approve it for a
 * while.
 *
 * @param file keeps grants and requests over a restart. The gateway makes and writes it, for its own user alone. A
 *     gateway that cannot read it does not start
 * @param desktops names of the {@code [[desktop]]} that users may ask for. Their titles are shown to everybody who may
 *     ask
 * @param groups groups whose members may ask. Default: everybody who signs in at the portal.
 * @param approverUsers accounts that answer, as <a href="rules.md#how-rules-name-users">rules name users</a>
 * @param approverGroups groups whose members answer. {@code approver-users} or {@code approver-groups} is needed
 * @param longest the longest time that is granted
 * @param selfApproval whether approvers may answer their own requests
 * @param atEnd what happens to open sessions when the time of a grant is over: {@code "disconnect"} ends them, unless a
 *     rule allows them; {@code "continue"} lets them go on
 * @param methods <a href="audit.md#sign-in-methods">sign-in methods</a> with which a grant can be used, as in a rule.
 *     Default: all.
 * @param mfa whether a second factor must have been used to use a grant, as in a rule
 * @param disable what clients are asked not to redirect, as in a rule: {@code "drive"}, {@code "printer"}, {@code
 *     "port"}, {@code "clipboard"}, {@code "pnp"} or {@code "all"}
 * @param idleTimeout the gateway closes a channel of a grant after this time without input from the client
 * @param sessionTimeout how long a user may be connected by a grant, counted from the first channel of the tunnel. Then
 *     the user has to connect and sign in again
 */
public record GrantsConfig(
        @ConfigDefault("grants") Path file,
        @ConfigDefault("[]") List<String> desktops,
        @ConfigDefault("[]") List<GroupName> groups,
        @ConfigDefault("[]") List<AccountPattern> approverUsers,
        @ConfigDefault("[]") List<GroupName> approverGroups,

        @ConfigDefault("8h") @Range(min = "1m", max = "30d") Duration longest,

        @ConfigDefault("false") boolean selfApproval,
        @ConfigDefault("disconnect") AtHoursEnd atEnd,
        @ConfigDefault("[]") List<SignInMethod> methods,
        @ConfigDefault("false") boolean mfa,
        @ConfigDefault("[]") List<Redirection> disable,
        @Positive Optional<Duration> idleTimeout,
        @Positive Optional<Duration> sessionTimeout) {
    public GrantsConfig {
        desktops = List.copyOf(desktops);
        groups = List.copyOf(groups);
        approverUsers = List.copyOf(approverUsers);
        approverGroups = List.copyOf(approverGroups);
        methods = List.copyOf(methods);
        disable = List.copyOf(disable);
    }

    GrantsConfig relocated(UnaryOperator<Path> place) {
        return new GrantsConfig(
                place.apply(file),
                desktops,
                groups,
                approverUsers,
                approverGroups,
                longest,
                selfApproval,
                atEnd,
                methods,
                mfa,
                disable,
                idleTimeout,
                sessionTimeout);
    }

    /** The same, ready to be used. */
    public GrantSettings settings(Domains domains) {
        return new GrantSettings(
                Set.copyOf(desktops),
                groups.isEmpty() ? Optional.empty() : Optional.of(selection(List.of(), groups, domains)),
                selection(approverUsers, approverGroups, domains),
                longest,
                selfApproval,
                terms(),
                domains);
    }

    /** What holds for every grant. */
    public GrantTerms terms() {
        return new GrantTerms(
                SignInMethod.names(methods), mfa, Redirection.flags(disable), idleTimeout, sessionTimeout, atEnd);
    }

    private static AccountSelection selection(List<AccountPattern> users, List<GroupName> groups, Domains domains) {
        return new AccountSelection(
                users.stream().map(user -> user.in(domains)).toList(),
                groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet()));
    }
}
