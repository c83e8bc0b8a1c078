package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules, in order. The first rule that covers user, circumstances, port and target decides, whether it allows or
 * denies; when none does, the answer is no.
 *
 * <p>A name pattern covers all addresses of the name, an address or block covers the addresses inside it. Loopback and
 * link-local addresses are covered only by address, or by the name {@code localhost}: a name under a wildcard may
 * resolve to anything its owner likes. Some addresses are never covered ({@link AddressGuard}).
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class AccessPolicy {
    private final List<PolicyRule> rules;
    /** How many of them are its own; the others follow. */
    private final int own;

    private final DnsSuffix suffix;
    private final AddressGuard guard;
    private final Vocabulary vocabulary;

    /**
     * A policy.
     *
     * @param suffix completes names of one label, whoever says them; those of the rules are complete
     * @param ownListener tells whether an address and port is where the gateway itself listens; for a listener on all
     *     addresses that is every address of the machine
     */
    public AccessPolicy(List<PolicyRule> rules, DnsSuffix suffix, Predicate<InetSocketAddress> ownListener) {
        this(List.copyOf(rules), rules.size(), suffix, new AddressGuard(ownListener), new Vocabulary(rules));
    }

    private AccessPolicy(List<PolicyRule> rules, int own, DnsSuffix suffix, AddressGuard guard, Vocabulary vocabulary) {
        this.rules = rules;
        this.own = own;
        this.suffix = suffix;
        this.guard = guard;
        this.vocabulary = vocabulary;
    }

    /** A policy that leaves names of one label as they are. */
    public AccessPolicy(List<PolicyRule> rules, Predicate<InetSocketAddress> ownListener) {
        this(rules, DnsSuffix.NONE, ownListener);
    }

    /** The same policy in the place of {@code before}: it knows what tokens of that time say of their users. */
    AccessPolicy inPlaceOf(AccessPolicy before) {
        return new AccessPolicy(rules, own, suffix, guard, before.vocabulary.followedBy(rules));
    }

    /** The same policy with these rules behind its own, instead of others; they name no groups and no claims. */
    public AccessPolicy followedBy(List<PolicyRule> more) {
        List<PolicyRule> all = new ArrayList<>(rules.subList(0, own));
        all.addAll(more);
        return new AccessPolicy(List.copyOf(all), own, suffix, guard, vocabulary);
    }

    /** What {@code requester} is told on the way in; empty when no rule lets them in, whatever the target. */
    public Optional<Admission> admit(Requester requester) {
        List<PolicyRule> all = allowing(requester);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<PolicyRule> confined = withinTheToken(requester, all);
        List<PolicyRule> own = confined.isEmpty() ? all : confined;
        int flags = own.stream().mapToInt(PolicyRule::redirectionFlags).reduce(0, (one, other) -> one | other);
        boolean none = (flags & RedirectionFlag.DISABLE_ALL.bit()) != 0;
        return Optional.of(new Admission(none ? RedirectionFlag.DISABLE_ALL.bit() : flags, idleMinutes(own)));
    }

    /**
     * The rules by which {@code requester} may reach something, in order: whatever the target, or those that may decide
     * about the targets of a token.
     */
    public List<Rule> rulesFor(Requester requester) {
        return withinTheToken(requester, allowing(requester)).stream()
                .map(PolicyRule::rule)
                .toList();
    }

    /**
     * The rules by which {@code requester} will probably reach something, in order: for a token those that decide about
     * its targets, as far as this can be said without looking up names. Only {@link #decide} lets anybody through.
     */
    public List<Rule> expectedRulesFor(Requester requester) {
        Set<PolicyRule> expected = tokenTargets(requester.identity())
                .map(targets -> targets.stream()
                        .flatMap(target -> expected(requester, target).stream())
                        .collect(Collectors.toSet()))
                .orElseGet(() -> Set.copyOf(allowing(requester)));
        return rules.stream().filter(expected::contains).map(PolicyRule::rule).toList();
    }

    private List<PolicyRule> expected(Requester requester, Target target) {
        TargetName name = nameOf(target);
        List<PolicyRule> found = new ArrayList<>();
        for (PolicyRule rule : rules) {
            if (!mayCover(rule, requester.identity(), name, target.port())
                    || vocabulary.mismatch(rule, requester).isPresent()) {
                continue;
            }
            if (rule.allows() && isNeverCovered(rule, name, target.port())) {
                continue;
            }
            if (rule.allows()) {
                found.add(rule);
            }
            boolean certain = name.address().isPresent() || rule.coversName(name, requester.identity());
            if (certain && !(rule.allows() && rule.waitsForClientName(requester))) {
                break;
            }
        }
        return found;
    }

    /** Whether {@code rule} covers an address that only rules by address open, or none does. */
    private boolean isNeverCovered(PolicyRule rule, TargetName name, int port) {
        return name.address()
                .filter(address -> guard.neverBecause(address, port).isPresent()
                        || (guard.onlyWhenNamedBecause(address).isPresent() && !rule.coversAddress(address)))
                .isPresent();
    }

    /**
     * Those of {@code some} that may decide about a target of the token of {@code requester}, now or when hours have
     * begun or ended, whatever its addresses are; all of them without a token.
     */
    private List<PolicyRule> withinTheToken(Requester requester, List<PolicyRule> some) {
        return tokenTargets(requester.identity())
                .map(targets -> some.stream()
                        .filter(rule -> targets.stream()
                                .anyMatch(
                                        target -> mayCover(rule, requester.identity(), nameOf(target), target.port())))
                        .toList())
                .orElse(some);
    }

    private Optional<List<Target>> tokenTargets(Identity identity) {
        return identity.grant()
                .map(grant -> grant.targets().stream()
                        .flatMap(text -> Target.parse(text) instanceof Parsed.Valid<Target>(Target target)
                                ? Stream.of(new Target(suffix.complete(target.host()), target.port()))
                                : Stream.empty())
                        .toList());
    }

    private static TargetName nameOf(Target target) {
        return switch (TargetName.parse(target.host())) {
            case Parsed.Valid<TargetName>(TargetName name) -> name;
            case Parsed.Faulty<TargetName>(String problem) ->
                throw new IllegalStateException(problem); // the host of a target is a name
        };
    }

    private static boolean mayCover(PolicyRule rule, Identity identity, TargetName name, int port) {
        return rule.hasPort(port)
                && (rule.coversName(name, identity)
                        || name.address().map(rule::coversAddress).orElseGet(rule::hasBlocks));
    }

    /** Whether some rule asks for approvals. */
    public boolean asksForApprovals() {
        return rules.stream().anyMatch(rule -> rule.rule().approval().isPresent());
    }

    /** Why {@link #admit} let nobody in, for the audit log. */
    public String notAdmitted(Requester requester) {
        List<PassedOver> passedOver = new ArrayList<>();
        for (PolicyRule rule : rules) {
            vocabulary
                    .mismatch(rule, requester)
                    .ifPresent(why -> passedOver.add(new PassedOver(rule.rule().name(), rule.action(), why)));
        }
        String who = AccountNames.withGroups(requester.identity());
        return denyingAll(requester)
                .map(rule -> "rule \"" + rule.rule().name() + "\" "
                        + rule.doubt(requester)
                                .map(fact -> "may deny every target to " + who + Denial.notInTheToken(fact))
                                .orElseGet(() -> "denies every target to " + who))
                .orElseGet(() -> "no rule applies to " + who + PassedOver.remark(passedOver));
    }

    private static int idleMinutes(List<PolicyRule> own) {
        long longest = 0;
        for (PolicyRule rule : own) {
            Optional<Duration> timeout = rule.rule().idleTimeout();
            if (timeout.isEmpty()) {
                return 0;
            }
            longest = Math.max(longest, timeout.get().plusSeconds(59).toMinutes());
        }
        return Math.clamp(longest, 1, Integer.MAX_VALUE);
    }

    /** The rules by which {@code requester} may reach something. */
    private List<PolicyRule> allowing(Requester requester) {
        return rules.stream()
                .takeWhile(rule -> !deniesAll(rule, requester))
                .filter(rule ->
                        rule.allows() && vocabulary.mismatch(rule, requester).isEmpty())
                .toList();
    }

    /** The rule behind which no other matters to {@code requester}. */
    private Optional<PolicyRule> denyingAll(Requester requester) {
        return rules.stream().filter(rule -> deniesAll(rule, requester)).findFirst();
    }

    private boolean deniesAll(PolicyRule rule, Requester requester) {
        return !rule.allows()
                && rule.isAboutEverything()
                && vocabulary.mismatch(rule, requester).isEmpty();
    }

    /**
     * Whether {@code requester} may reach a target.
     *
     * @param requestedName as the client sent it
     * @param resolver asked at most once, and only when a rule needs the name's addresses
     */
    public Access decide(Requester requester, String requestedName, int port, Resolver resolver) {
        return explain(requester, requestedName, port, resolver).access();
    }

    /** The same, with the way to the answer. */
    public Decision explain(Requester requester, String requestedName, int port, Resolver resolver) {
        return explain(requester, requestedName, port, resolver, suffix);
    }

    private Decision explain(
            Requester requester, String requestedName, int port, Resolver resolver, DnsSuffix completing) {
        if (port < 1 || port > 65535) {
            return refused(new Denial.NoTarget("port " + port + " (expected 1 to 65535)"));
        }
        return switch (TargetName.parse(requestedName)) {
            case Parsed.Faulty<TargetName>(String problem) -> refused(new Denial.NoTarget("target name: " + problem));
            case Parsed.Valid<TargetName>(TargetName name) ->
                explain(requester, completing.complete(name), port, resolver, rules);
        };
    }

    private Decision explain(
            Requester requester, TargetName name, int port, Resolver resolver, List<PolicyRule> candidates) {
        Target target = new Target(name.host(), port);
        return isGranted(requester.identity(), target)
                ? new Evaluation(guard, requester, vocabulary, name, target, resolver).of(candidates)
                : refused(new Denial.OutsideTheToken(target));
    }

    private static Decision refused(Denial reason) {
        return new Decision(new Access.Deny(reason), List.of());
    }

    /**
     * Decides again about a channel that is open, by the name and the address that were dialled: no name is looked up,
     * and a suffix that came since then makes no other name of it.
     */
    public Access review(Requester requester, Access.Allow open) {
        return explain(requester, open.target().host(), open.target().port(), _ -> open.addresses(), DnsSuffix.NONE)
                .access();
    }

    /**
     * What these rules ask clients not to redirect, and {@code before} did not: a client is told on the way in only.
     *
     * @param told flags that the client of {@code requester} was told
     */
    public Set<Redirection> disabledSince(AccessPolicy before, int told, Requester requester) {
        Set<Redirection> disabled = disabledFor(requester);
        disabled.removeAll(before.disabledFor(requester));
        disabled.removeAll(Redirection.disabledBy(told));
        return disabled;
    }

    /**
     * The same about a channel that {@code decides} allows: what the rules that follow these ask for counts only when
     * one of them is it. Otherwise a grant would end what its user has open elsewhere.
     */
    public Set<Redirection> disabledSince(AccessPolicy before, int told, Requester requester, Rule decides) {
        boolean follows = rules.subList(own, rules.size()).stream()
                .anyMatch(rule -> rule.rule().equals(decides));
        return (follows ? this : followedBy(List.of())).disabledSince(before, told, requester);
    }

    private Set<Redirection> disabledFor(Requester requester) {
        return Redirection.disabledBy(
                admit(requester).map(Admission::redirectionFlags).orElse(0));
    }

    private boolean isGranted(Identity identity, Target target) {
        return identity.grant()
                .map(grant -> grant.targets().contains(target.toString())
                        || grant.targets().stream()
                                .anyMatch(granted -> completed(granted).equals(target.toString())))
                .orElse(true);
    }

    /** {@code host:port}, its host completed. */
    private String completed(String granted) {
        int colon = granted.lastIndexOf(':');
        return colon < 0 ? granted : suffix.complete(granted.substring(0, colon)) + granted.substring(colon);
    }

    /**
     * What {@code requester} may be shown, for lists: the rules are searched for those about the user once, not once
     * for each target.
     */
    public Offers offersFor(Requester requester) {
        List<PolicyRule> own = rules.stream()
                .filter(rule -> vocabulary
                        .mismatch(rule, requester)
                        .filter(Mismatch::isAboutTheUser)
                        .isEmpty())
                .toList();
        return new Offers(requester, own);
    }

    /** The targets that one user may be shown. Whoever connects is {@link #decide decided} about anew. */
    public final class Offers {
        private final Requester requester;
        private final List<PolicyRule> own;

        private Offers(Requester requester, List<PolicyRule> own) {
            this.requester = requester;
            this.own = own;
        }

        /** Whether the portal shows a target to a user. */
        public enum Offer {
            YES,
            NO,
            /** Only the addresses of its name can tell. */
            BY_ADDRESS
        }

        /** What can be said of {@code desktop} at a target without looking up its name. */
        public Offer of(String desktop, String requestedName, int port) {
            if (!(TargetName.parse(requestedName) instanceof Parsed.Valid<TargetName>(TargetName written))) {
                return Offer.NO;
            }
            TargetName name = suffix.complete(written);
            Requester there = requester.at(desktop);
            if (requester.identity().grant().isPresent() || name.address().isPresent()) {
                return isOpen(there, name, port, _ -> List.of()) ? Offer.YES : Offer.NO;
            }
            boolean denies = false;
            boolean allows = false;
            for (PolicyRule rule : own) {
                if (!rule.hasPort(port) || vocabulary.mismatch(rule, there).isPresent()) {
                    continue;
                }
                if (rule.coversName(name, requester.identity())) {
                    if (rule.allows()) {
                        return denies ? Offer.BY_ADDRESS : Offer.YES;
                    }
                    return allows ? Offer.BY_ADDRESS : Offer.NO;
                }
                allows |= rule.allows() && rule.hasBlocks();
                denies |= !rule.allows() && rule.hasBlocks();
            }
            return allows ? Offer.BY_ADDRESS : Offer.NO;
        }

        /**
         * Whether a target is shown that only its addresses can tell about.
         *
         * @param resolver asked at most once
         */
        public boolean byAddress(String desktop, String requestedName, int port, Resolver resolver) {
            return TargetName.parse(requestedName) instanceof Parsed.Valid<TargetName>(TargetName name)
                    && isOpen(requester.at(desktop), suffix.complete(name), port, resolver);
        }

        private boolean isOpen(Requester there, TargetName name, int port, Resolver resolver) {
            return explain(there, name, port, resolver, own).access() instanceof Access.Allow;
        }
    }

    /**
     * {@code identity} with those of its groups, SIDs and claims only that some rule names: the same for this policy,
     * and smaller. Another policy knows that it lacks others.
     */
    public Identity condensed(Identity identity) {
        return vocabulary.condensed(identity);
    }

    /** What an identity is of which all groups and claims are known that these rules name. */
    public Identity.Extract extract() {
        return vocabulary.extract();
    }
}
