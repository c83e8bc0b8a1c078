package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.AccountNames;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A rule, ready to be applied: who may, or may not, reach what. Users and groups are alternatives; with neither, the
 * rule is for everyone who signed in by one of the methods.
 *
 * @param rule name and timeouts
 * @param action whether it allows or denies
 * @param users who
 * @param groups names of groups and SIDs, folded as names of accounts are ({@link AccountNames#folded})
 * @param domains of accounts, folded; the empty name for accounts without one; empty for all
 * @param methods sign-in methods, lower case; empty for all
 * @param conditions under which circumstances
 * @param targets where to
 * @param ports which ports there
 * @param redirectionFlags bits of {@link io.gatehouse.core.tsgu.RedirectionFlag}
 */
public record PolicyRule(
        Rule rule,
        RuleAction action,
        List<AccountMatcher> users,
        Set<String> groups,
        Set<String> domains,
        Set<String> methods,
        Conditions conditions,
        List<TargetPattern> targets,
        List<PortRange> ports,
        int redirectionFlags) {
    public PolicyRule {
        users = List.copyOf(users);
        groups = Set.copyOf(groups);
        domains = Set.copyOf(domains);
        methods = Set.copyOf(methods);
        targets = List.copyOf(targets);
        ports = List.copyOf(ports);
    }

    /** A rule that allows, whatever the circumstances. */
    public PolicyRule(
            Rule rule,
            List<AccountMatcher> users,
            Set<String> groups,
            Set<String> methods,
            List<TargetPattern> targets,
            List<PortRange> ports,
            int redirectionFlags) {
        this(
                rule,
                RuleAction.ALLOW,
                users,
                groups,
                Set.of(),
                methods,
                Conditions.NONE,
                targets,
                ports,
                redirectionFlags);
    }

    /**
     * Why the rule is not for {@code requester}, wherever they want to go; empty when it is. A name that the client has
     * not said yet may still be the right one for a rule that allows, and keeps a rule from denying. A condition about
     * something undecided is not met for a rule that allows, and is met for one that denies.
     *
     * @param undecided what their token does not say
     */
    Optional<Mismatch> mismatch(Requester requester, Set<Fact> undecided) {
        Optional<Mismatch> open = Optional.empty();
        for (Mismatch mismatch : (Iterable<Mismatch>) mismatches(requester)::iterator) {
            Optional<Fact> unknown = first(mismatch, isTold(mismatch) ? Set.of() : requester.unknown());
            Optional<Fact> fact = unknown.or(() -> first(mismatch, undecided));
            if (fact.isPresent()) {
                if (unknown.isPresent() || allows()) {
                    open = open.or(() -> Optional.of(new Mismatch.NotKnown(fact.get(), mismatch)));
                }
            } else if (!(allows() && isOpenYet(mismatch))) {
                return Optional.of(mismatch);
            }
        }
        return open;
    }

    private static Optional<Fact> first(Mismatch mismatch, Set<Fact> facts) {
        return facts.stream().sorted().filter(mismatch.about()::contains).findFirst();
    }

    /** Who asks about the rules tells all values of a claim, or none. */
    private static boolean isTold(Mismatch mismatch) {
        return mismatch instanceof Mismatch.OtherClaim(var _, var _, Set<String> found) && !found.isEmpty();
    }

    /** What keeps it from being sure that it is for a requester whom it denies; empty when it is. */
    Optional<Fact> doubt(Requester requester) {
        return mismatches(requester).findFirst().flatMap(mismatch -> first(mismatch, Vocabulary.SAID_BY_TOKENS));
    }

    private Stream<Mismatch> mismatches(Requester requester) {
        Identity identity = requester.identity();
        return Stream.concat(
                Stream.<Supplier<Optional<Mismatch>>>of(
                                () -> method(identity), () -> domain(identity), () -> user(identity))
                        .map(Supplier::get)
                        .flatMap(Optional::stream),
                conditions.mismatches(requester));
    }

    private Optional<Mismatch> method(Identity identity) {
        String method = identity.method().toLowerCase(Locale.ROOT);
        return methods.isEmpty() || methods.contains(method)
                ? Optional.empty()
                : Optional.of(new Mismatch.OtherMethod(method));
    }

    private Optional<Mismatch> domain(Identity identity) {
        return domains.isEmpty()
                        || domains.contains(
                                AccountNames.folded(identity.domain().orElse("")))
                ? Optional.empty()
                : Optional.of(new Mismatch.OtherDomain(identity.domain()));
    }

    private Optional<Mismatch> user(Identity identity) {
        return names(identity) ? Optional.empty() : Optional.of(new Mismatch.OtherUser(asked(identity)));
    }

    private Set<Fact> asked(Identity identity) {
        Set<Fact> asked = EnumSet.noneOf(Fact.class);
        if (!groups.isEmpty()) {
            asked.add(Fact.GROUPS);
        }
        if (users.stream().anyMatch(user -> user.asksForPrincipalName(identity))) {
            asked.add(Fact.PRINCIPAL_NAME);
        }
        return asked;
    }

    private static boolean isOpenYet(Mismatch mismatch) {
        return mismatch instanceof Mismatch.OtherClientName(Optional<String> name) && name.isEmpty();
    }

    /** Whether the client of {@code requester} has not said the name yet that this rule asks for. */
    boolean waitsForClientName(Requester requester) {
        return !conditions.clientNames().isEmpty() && requester.clientName().isEmpty();
    }

    /** Whether it lets through what it matches. */
    boolean allows() {
        return action == RuleAction.ALLOW;
    }

    private boolean names(Identity identity) {
        AccountSelection named = new AccountSelection(users, groups);
        return named.isEmpty() || named.includes(identity);
    }

    /** Whether the rule has {@code port}. */
    boolean hasPort(int port) {
        return ports.stream().anyMatch(range -> range.contains(port));
    }

    /** Whether the name alone, unresolved, is one that it covers for {@code identity}. */
    boolean coversName(TargetName name, Identity identity) {
        return targets.stream().anyMatch(target -> target.coversName(name, identity));
    }

    /** Whether it has targets that only addresses can tell about. */
    boolean hasBlocks() {
        return targets.stream().anyMatch(TargetPattern.Block.class::isInstance);
    }

    /** Whether it names {@code address} by address. */
    boolean coversAddress(InetAddress address) {
        return targets.stream().anyMatch(target -> target.coversAddress(address));
    }

    /** Whether it is about every target there is. */
    boolean isAboutEverything() {
        return targets.stream().anyMatch(TargetPattern.Any.class::isInstance)
                && ports.stream().anyMatch(range -> range.first() == 1 && range.last() == 65535);
    }
}
