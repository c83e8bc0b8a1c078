package io.gatehouse.core.config;

import io.gatehouse.api.ConfigDefault;
import io.gatehouse.api.Domains;
import io.gatehouse.core.grant.GrantSettings;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.GroupName;
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
 */
public record GrantsConfig(
        @ConfigDefault("grants") Path file,
        @ConfigDefault("[]") List<String> desktops,
        @ConfigDefault("[]") List<GroupName> groups,
        @ConfigDefault("[]") List<AccountPattern> approverUsers,
        @ConfigDefault("[]") List<GroupName> approverGroups,

        @ConfigDefault("8h") @Range(min = "1m", max = "30d") Duration longest,

        @ConfigDefault("false") boolean selfApproval,
        @ConfigDefault("disconnect") AtGrantEnd atEnd) {
    public GrantsConfig {
        desktops = List.copyOf(desktops);
        groups = List.copyOf(groups);
        approverUsers = List.copyOf(approverUsers);
        approverGroups = List.copyOf(approverGroups);
    }

    /** What happens to a session that is open by a grant when the grant ends. */
    public enum AtGrantEnd {
        /** It ends, unless a rule allows it. */
        DISCONNECT,
        /** It goes on. */
        CONTINUE
    }

    GrantsConfig relocated(UnaryOperator<Path> place) {
        return new GrantsConfig(
                place.apply(file), desktops, groups, approverUsers, approverGroups, longest, selfApproval, atEnd);
    }

    /** The same, ready to be used. */
    public GrantSettings settings(Domains domains) {
        return new GrantSettings(
                Set.copyOf(desktops),
                groups.isEmpty() ? Optional.empty() : Optional.of(selection(List.of(), groups, domains)),
                selection(approverUsers, approverGroups, domains),
                longest,
                selfApproval,
                atEnd == AtGrantEnd.DISCONNECT);
    }

    private static AccountSelection selection(List<AccountPattern> users, List<GroupName> groups, Domains domains) {
        return new AccountSelection(
                users.stream().map(user -> user.in(domains)).toList(),
                groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet()));
    }
}
