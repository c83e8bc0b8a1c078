package io.gatehouse.core.config;

import io.gatehouse.api.Domains;
import io.gatehouse.core.policy.AccountSelection;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.text.Excerpt;
import io.gatehouse.core.text.Parsed;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who must approve a connection: {@code "self"} for the user, or {@code { groups = ["helpdesk"] }} for somebody else.
 *
 * @param groups group names or SIDs of the others; empty for the user
 */
@WordOrTable
public record Approvers(
        @NotEmpty("expected at least one group, or approval = \"self\"")
        List<GroupName> groups) {
    private static final String SELF = "self";

    public Approvers {
        groups = List.copyOf(groups);
    }

    /** Reads {@code self}. */
    public static Parsed<Approvers> parse(String text) {
        return text.equals(SELF)
                ? Parsed.valid(new Approvers(List.of()))
                : Parsed.faulty(Excerpt.of(text) + " (expected \"self\" or { groups = [\"name\"] })");
    }

    /** The others, ready to be applied; empty when users approve their own connections. */
    Optional<AccountSelection> in(Domains domains) {
        return groups.isEmpty()
                ? Optional.empty()
                : Optional.of(new AccountSelection(
                        List.of(),
                        groups.stream().map(group -> group.in(domains)).collect(Collectors.toSet())));
    }

    @Override
    public String toString() {
        return groups.isEmpty() ? SELF : groups.stream().map(GroupName::text).collect(Collectors.joining(", "));
    }
}
