package io.gatehouse.core.policy;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One way through the rules: from the first to the one that decides about one name. Each address of the name is decided
 * about by itself; a rule that denies some leaves the others to later rules.
 */
final class Evaluation {
    private static final String LOCALHOST = "localhost";
    /** Hours are looked at again at least as often, since a machine's clock may be set and a machine may sleep. */
    private static final Duration LONGEST_UNREVIEWED = Duration.ofMinutes(10);

    private final AddressGuard guard;
    private final Requester requester;
    private final Vocabulary vocabulary;
    private final TargetName name;
    private final Target target;
    private final Resolution resolution;
    private final List<PassedOver> passedOver = new ArrayList<>();
    /** Addresses that a rule denied, and the rule. */
    private final Map<InetAddress, String> denied = new HashMap<>();

    private final List<Instant> changes = new ArrayList<>();

    Evaluation(
            AddressGuard guard,
            Requester requester,
            Vocabulary vocabulary,
            TargetName name,
            Target target,
            Resolver resolver) {
        this.guard = guard;
        this.requester = requester;
        this.vocabulary = vocabulary;
        this.name = name;
        this.target = target;
        this.resolution = new Resolution(name, resolver);
    }

    /** What {@code rules} say; the resolver is asked at most once, and only when a rule needs the addresses. */
    Decision of(List<PolicyRule> rules) {
        for (int index = 0; index < rules.size(); index++) {
            PolicyRule rule = rules.get(index);
            Optional<Mismatch> mismatch = vocabulary.mismatch(rule, requester);
            if (mismatch.isPresent()) {
                passOver(rule, isAsked(mismatch.get()) ? elsewhere(rule).orElse(mismatch.get()) : mismatch.get());
                if (!rule.allows() && mismatch.get() instanceof Mismatch.OutsideHours) {
                    noteChange(rule);
                }
                continue;
            }
            Optional<Access> access = ofRule(rule, rules.subList(index + 1, rules.size()));
            if (access.isPresent()) {
                return new Decision(access.get(), passedOver);
            }
        }
        return new Decision(
                new Access.Deny(new Denial.NoRule(target, passedOver), resolution.wasLookedUp()), passedOver);
    }

    /** Whether one of {@code rules} may allow the target, whatever its addresses are. */
    private boolean mayBeAllowed(List<PolicyRule> rules) {
        return rules.stream()
                .filter(rule -> rule.allows() && rule.hasPort(target.port()))
                .filter(rule -> rule.coversName(name, requester.identity()) || rule.hasBlocks())
                .anyMatch(rule -> vocabulary
                        .mismatch(rule, requester)
                        .filter(why -> !isAsked(why))
                        .isEmpty());
    }

    /** Whether it is only unknown because the question leaves it open. */
    private boolean isAsked(Mismatch mismatch) {
        return mismatch instanceof Mismatch.NotKnown(Fact fact, var _)
                && requester.unknown().contains(fact);
    }

    /** Why {@code rule} says nothing about the target, whoever asks. */
    private Optional<Mismatch> elsewhere(PolicyRule rule) {
        if (!rule.hasPort(target.port())) {
            return Optional.of(new Mismatch.OtherPort(target.port()));
        }
        if (rule.coversName(name, requester.identity())) {
            return Optional.empty();
        }
        if (!rule.hasBlocks()) {
            return Optional.of(new Mismatch.OtherTarget(target));
        }
        return switch (resolution.addresses()) {
            case Parsed.Faulty<List<InetAddress>>(String problem) -> Optional.of(new Mismatch.NoAddress(problem));
            case Parsed.Valid<List<InetAddress>>(List<InetAddress> addresses) ->
                covered(rule, addresses).isEmpty() ? Optional.of(new Mismatch.OtherTarget(target)) : Optional.empty();
        };
    }

    private Optional<Access> ofRule(PolicyRule rule, List<PolicyRule> later) {
        if (!rule.hasPort(target.port())) {
            return passOver(rule, new Mismatch.OtherPort(target.port()));
        }
        boolean byName = rule.coversName(name, requester.identity());
        if (!byName && !rule.hasBlocks()) {
            return passOver(rule, new Mismatch.OtherTarget(target));
        }
        if (byName && !rule.allows()) {
            return deny(rule);
        }
        // Or whoever has signed in could ask any name server in the world through the gateway.
        if (name.address().isEmpty() && !rule.allows() && !mayBeAllowed(later)) {
            return passOver(rule, new Mismatch.NotLookedUp(target));
        }
        return switch (resolution.addresses()) {
            case Parsed.Faulty<List<InetAddress>>(String problem) ->
                byName ? Optional.of(new Access.Unresolved(problem)) : passOver(rule, new Mismatch.NoAddress(problem));
            case Parsed.Valid<List<InetAddress>>(List<InetAddress> addresses) ->
                rule.allows() ? allow(rule, addresses, byName) : denyAddresses(rule, addresses);
        };
    }

    private Optional<Access> passOver(PolicyRule rule, Mismatch why) {
        passedOver.add(new PassedOver(rule.rule().name(), rule.action(), why));
        return Optional.empty();
    }

    private Optional<Access> deny(PolicyRule rule) {
        String denying = rule.rule().name();
        return Optional.of(new Access.Deny(
                rule.doubt(requester)
                        .<Denial>map(fact -> new Denial.Undecided(denying, target, fact))
                        .orElseGet(() -> new Denial.ByRule(denying, target)),
                resolution.wasLookedUp()));
    }

    /**
     * The addresses that {@code rule} names by address. When it denies, an IPv4 address inside an IPv6 one is looked at
     * too: whoever may not go there may not take the tunnel.
     */
    private static List<InetAddress> covered(PolicyRule rule, List<InetAddress> addresses) {
        return addresses.stream()
                .filter(address -> rule.coversAddress(address)
                        || (!rule.allows()
                                && AddressGuard.embedded(Cidr.plain(address)).stream()
                                        .anyMatch(rule::coversAddress)))
                .toList();
    }

    private Optional<Access> denyAddresses(PolicyRule rule, List<InetAddress> addresses) {
        List<InetAddress> hit = covered(rule, addresses);
        if (hit.isEmpty()) {
            return passOver(rule, new Mismatch.OtherTarget(target));
        }
        hit.forEach(address -> denied.putIfAbsent(address, rule.rule().name()));
        return denied.keySet().containsAll(addresses) ? deny(rule) : passOver(rule, new Mismatch.OtherAddresses(hit));
    }

    private Optional<Access> allow(PolicyRule rule, List<InetAddress> addresses, boolean byName) {
        Set<String> obstacles = new LinkedHashSet<>();
        List<InetAddress> open = addresses.stream()
                .filter(address -> byName || rule.coversAddress(address))
                .filter(address -> obstacle(rule, address).map(obstacles::add).isEmpty())
                .toList();
        if (!open.isEmpty()) {
            if (rule.conditions().atHoursEnd() == AtHoursEnd.DISCONNECT) {
                noteChange(rule);
            }
            return Optional.of(new Access.Allow(rule.rule(), target, open, reviewAfter()));
        }
        return passOver(
                rule,
                obstacles.isEmpty()
                        ? new Mismatch.OtherTarget(target)
                        : new Mismatch.GuardedAddress(List.copyOf(obstacles)));
    }

    private Optional<String> obstacle(PolicyRule rule, InetAddress address) {
        boolean named = rule.coversAddress(address) || isLocalhost(rule, address);
        return Optional.ofNullable(denied.get(address))
                .map(other -> AddressLiteral.text(address) + " is denied by rule \"" + other + "\"")
                .or(() -> guard.neverBecause(address, target.port()))
                .or(() -> named
                        ? Optional.empty()
                        : guard.onlyWhenNamedBecause(address)
                                .map(problem -> problem + ", which rule \""
                                        + rule.rule().name() + "\" does not name by address"));
    }

    private boolean isLocalhost(PolicyRule rule, InetAddress address) {
        return name.host().equals(LOCALHOST)
                && address.isLoopbackAddress()
                && rule.targets().contains(new TargetPattern.Name(LOCALHOST));
    }

    private void noteChange(PolicyRule rule) {
        rule.conditions().nextChange(requester.at()).ifPresent(changes::add);
    }

    private Optional<Duration> reviewAfter() {
        return changes.stream()
                .min(Instant::compareTo)
                .map(change -> Duration.between(requester.at(), change))
                .map(left -> left.compareTo(LONGEST_UNREVIEWED) < 0 ? left : LONGEST_UNREVIEWED);
    }
}
