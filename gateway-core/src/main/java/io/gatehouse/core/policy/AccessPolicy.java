package io.gatehouse.core.policy;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.tsgu.RedirectionFlag;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rules, in order. The first rule that covers user, port and target wins; when none does, the answer is no.
 *
 * <p>A name pattern covers all addresses of the name, an address or block covers the addresses inside it. Loopback and
 * link-local addresses are covered only by address, or by the name {@code localhost}: a name under a wildcard may
 * resolve to anything its owner likes. Some addresses are never covered ({@link AddressGuard}).
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class AccessPolicy {
    private static final String LOCALHOST = "localhost";

    private final List<PolicyRule> rules;
    private final AddressGuard guard;

    /**
     * A policy.
     *
     * @param ownListener tells whether an address and port is where the gateway itself listens; for a listener on all
     *     addresses that is every address of the machine
     */
    public AccessPolicy(List<PolicyRule> rules, Predicate<InetSocketAddress> ownListener) {
        this.rules = List.copyOf(rules);
        this.guard = new AddressGuard(ownListener);
    }

    /** What {@code identity} is told on the way in; empty when no rule is for them, whatever the target. */
    public Optional<Admission> admit(Identity identity) {
        List<PolicyRule> own = rulesFor(identity);
        if (own.isEmpty()) {
            return Optional.empty();
        }
        int flags = own.stream().mapToInt(PolicyRule::redirectionFlags).reduce(0, (one, other) -> one | other);
        boolean none = (flags & RedirectionFlag.DISABLE_ALL.bit()) != 0;
        return Optional.of(new Admission(none ? RedirectionFlag.DISABLE_ALL.bit() : flags, idleMinutes(own)));
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

    private List<PolicyRule> rulesFor(Identity identity) {
        return rules.stream().filter(rule -> rule.isFor(identity)).toList();
    }

    /**
     * Whether {@code identity} may reach a target.
     *
     * @param requestedName as the client sent it
     * @param resolver asked at most once, and only when a rule needs the name's addresses
     */
    public Access decide(Identity identity, String requestedName, int port, Resolver resolver) {
        if (port < 1 || port > 65535) {
            return new Access.Deny("port " + port + " (expected 1 to 65535)");
        }
        return switch (TargetName.parse(requestedName)) {
            case Parsed.Faulty<TargetName>(String problem) -> new Access.Deny("target name: " + problem);
            case Parsed.Valid<TargetName>(TargetName name) -> decide(identity, name, port, resolver);
        };
    }

    /**
     * What {@code identity} may be shown, for lists: the rules are searched for the user's own once, not once for each
     * target.
     */
    public Offers offersFor(Identity identity) {
        return new Offers(identity, rulesFor(identity));
    }

    /** The targets that one user may be shown. Whoever connects is {@link #decide decided} about anew. */
    public final class Offers {
        private final Identity identity;
        private final List<PolicyRule> own;

        private Offers(Identity identity, List<PolicyRule> own) {
            this.identity = identity;
            this.own = own;
        }

        /** Whether the portal shows a target to a user. */
        public enum Offer {
            YES,
            NO,
            /** Only the addresses of its name can tell. */
            BY_ADDRESS
        }

        /** What can be said of a target without looking up its name. */
        public Offer of(String requestedName, int port) {
            if (!(TargetName.parse(requestedName) instanceof Parsed.Valid<TargetName>(TargetName name))) {
                return Offer.NO;
            }
            List<PolicyRule> rules =
                    own.stream().filter(rule -> rule.hasPort(port)).toList();
            if (rules.isEmpty()) {
                return Offer.NO;
            }
            if (identity.grant().isPresent() || name.address().isPresent()) {
                return isOpen(name, port, _ -> List.of()) ? Offer.YES : Offer.NO;
            }
            if (rules.stream().anyMatch(rule -> covers(rule, name))) {
                return Offer.YES;
            }
            return rules.stream()
                            .flatMap(rule -> rule.targets().stream())
                            .anyMatch(TargetPattern.Block.class::isInstance)
                    ? Offer.BY_ADDRESS
                    : Offer.NO;
        }

        /**
         * Whether a target is shown that only its addresses can tell about.
         *
         * @param resolver asked at most once
         */
        public boolean byAddress(String requestedName, int port, Resolver resolver) {
            return TargetName.parse(requestedName) instanceof Parsed.Valid<TargetName>(TargetName name)
                    && isOpen(name, port, resolver);
        }

        private boolean isOpen(TargetName name, int port, Resolver resolver) {
            Target target = new Target(name.host(), port);
            return isGranted(identity, target)
                    && decide(own, name, target, new Resolution(name, resolver)) instanceof Access.Allow;
        }

        private static boolean covers(PolicyRule rule, TargetName name) {
            return rule.targets().stream().anyMatch(pattern -> pattern.coversName(name));
        }
    }

    /**
     * {@code identity} with those of its groups and SIDs only that some rule names: the same for this policy, and
     * smaller.
     */
    public Identity condensed(Identity identity) {
        return identity.withGroups(
                identity.groups().stream().filter(this::isNamed).collect(Collectors.toSet()),
                identity.sids().stream().filter(this::isNamed).collect(Collectors.toSet()));
    }

    private boolean isNamed(String group) {
        return rules.stream().anyMatch(rule -> rule.groups().contains(AccountNames.folded(group)));
    }

    private Access decide(Identity identity, TargetName name, int port, Resolver resolver) {
        Target target = new Target(name.host(), port);
        return isGranted(identity, target)
                ? decide(rulesFor(identity), name, target, new Resolution(name, resolver))
                : new Access.Deny("the token does not open " + target);
    }

    private static boolean isGranted(Identity identity, Target target) {
        return identity.grant()
                .map(grant -> grant.targets().contains(target.toString()))
                .orElse(true);
    }

    private Access decide(List<PolicyRule> own, TargetName name, Target target, Resolution resolution) {
        Set<String> obstacles = new LinkedHashSet<>();
        for (PolicyRule rule : own) {
            boolean byName = rule.targets().stream().anyMatch(pattern -> pattern.coversName(name));
            boolean byAddress = rule.targets().stream().anyMatch(TargetPattern.Block.class::isInstance);
            if (!rule.hasPort(target.port()) || !(byName || byAddress)) {
                continue;
            }
            switch (resolution.addresses()) {
                case Parsed.Faulty<List<InetAddress>>(String problem) -> {
                    if (byName) {
                        return new Access.Unresolved(problem);
                    }
                    obstacles.add(problem);
                }
                case Parsed.Valid<List<InetAddress>>(List<InetAddress> addresses) -> {
                    List<InetAddress> covered = addresses.stream()
                            .filter(address -> byName || coversAddress(rule, address))
                            .filter(address -> isOpen(rule, name, address, target.port(), obstacles))
                            .toList();
                    if (!covered.isEmpty()) {
                        return new Access.Allow(rule.rule(), target, covered);
                    }
                }
            }
        }
        return new Access.Deny(obstacles.isEmpty() ? nobody(own, target) : String.join("; ", obstacles));
    }

    private static String nobody(List<PolicyRule> own, Target target) {
        return own.isEmpty() ? "no rule is for this user" : "no rule for this user covers " + target;
    }

    private boolean isOpen(PolicyRule rule, TargetName name, InetAddress address, int port, Set<String> obstacles) {
        boolean named = coversAddress(rule, address) || isLocalhost(rule, name, address);
        Optional<String> obstacle = guard.neverBecause(address, port)
                .or(() -> named
                        ? Optional.empty()
                        : guard.onlyWhenNamedBecause(address)
                                .map(problem -> problem + ", which rule \""
                                        + rule.rule().name() + "\" does not name by address"));
        obstacle.ifPresent(obstacles::add);
        return obstacle.isEmpty();
    }

    private static boolean coversAddress(PolicyRule rule, InetAddress address) {
        return rule.targets().stream().anyMatch(pattern -> pattern.coversAddress(address));
    }

    private static boolean isLocalhost(PolicyRule rule, TargetName name, InetAddress address) {
        return name.host().equals(LOCALHOST)
                && address.isLoopbackAddress()
                && rule.targets().contains(new TargetPattern.Name(LOCALHOST));
    }

    /** The addresses of a name, looked up when first needed and never again. */
    private static final class Resolution {
        private final TargetName name;
        private final Resolver resolver;
        private @Nullable Parsed<List<InetAddress>> result;

        Resolution(TargetName name, Resolver resolver) {
            this.name = name;
            this.resolver = resolver;
        }

        Parsed<List<InetAddress>> addresses() {
            @Nullable Parsed<List<InetAddress>> known = result;
            if (known == null) {
                known = name.address()
                        .map(address -> Parsed.valid(List.of(address)))
                        .orElseGet(this::resolve);
                result = known;
            }
            return known;
        }

        /** What a resolver says behind the name. */
        private String reason(UnknownHostException unknown) {
            String message = String.valueOf(unknown.getMessage());
            return message.startsWith(name.host() + ": ")
                    ? message.substring(name.host().length())
                    : "";
        }

        private Parsed<List<InetAddress>> resolve() {
            try {
                List<InetAddress> addresses = new ArrayList<>(resolver.resolve(name.host()));
                return addresses.isEmpty()
                        ? Parsed.faulty(name.host() + " has no address")
                        : Parsed.valid(List.copyOf(addresses));
            } catch (UnknownHostException unknown) {
                return Parsed.faulty(name.host() + " does not resolve" + reason(unknown));
            }
        }
    }
}
