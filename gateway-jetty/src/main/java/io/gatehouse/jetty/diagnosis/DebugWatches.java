package io.gatehouse.jetty.diagnosis;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.jetty.diagnosis.DebugWatch.Kind;
import java.net.InetAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The users and sources whose connections the log follows now. There are few at one time, and each ends by itself. Safe
 * for use by many threads; asking costs next to nothing while there is none.
 */
public final class DebugWatches {
    /** So many at one time, at most. */
    public static final int MOST = 16;

    private final Domains domains;
    private final Clock clock;
    private volatile List<Active> active = List.of();

    /** A watch, and what its subject means. */
    private record Active(DebugWatch watch, Optional<NamedAccount> account, List<Cidr> sources) {
        boolean isAbout(DebugWatch other) {
            return watch.kind() == other.kind() && watch.subject().equals(other.subject());
        }
    }

    /** None yet. */
    public DebugWatches(Domains domains, Clock clock) {
        this.domains = domains;
        this.clock = clock;
    }

    /** Begins {@code watch}, in the place of one about the same subject; false when there are too many. */
    public synchronized boolean begin(DebugWatch watch) {
        List<Active> next = new ArrayList<>(lasting());
        next.removeIf(other -> other.isAbout(watch));
        if (next.size() >= MOST) {
            return false;
        }
        next.add(
                switch (watch.kind()) {
                    case USER ->
                        new Active(watch, Optional.of(NamedAccount.ofKey(watch.subject(), domains)), List.of());
                    case SOURCE -> new Active(watch, Optional.empty(), List.of(source(watch.subject())));
                });
        active = List.copyOf(next);
        return true;
    }

    private static Cidr source(String text) {
        return switch (Cidr.parse(text)) {
            case Parsed.Valid<Cidr>(Cidr block) -> block;
            case Parsed.Faulty<Cidr>(String problem) -> throw new IllegalArgumentException(problem);
        };
    }

    /** Ends all; how many there were. */
    public synchronized int endAll() {
        int ended = lasting().size();
        active = List.of();
        return ended;
    }

    /** Those that last, the oldest first. */
    public List<DebugWatch> all() {
        return lasting().stream().map(Active::watch).toList();
    }

    /** Whether there may be one; true also for a while after the last one has ended. */
    boolean isAny() {
        return !active.isEmpty();
    }

    /** Whether any user is watched. */
    boolean hasUsers() {
        return isAny() && lasting().stream().anyMatch(each -> each.watch().kind() == Kind.USER);
    }

    boolean includesUser(Identity user) {
        return accounts().anyMatch(account -> account.matches(user));
    }

    /** Whether somebody who claims to be {@code name} may be meant, before anybody proved it. */
    boolean includesClaim(String name) {
        return NamedAccount.parse(name, domains) instanceof Parsed.Valid<NamedAccount>(NamedAccount claimed)
                && accounts().anyMatch(claimed::overlaps);
    }

    private Stream<NamedAccount> accounts() {
        return isAny() ? lasting().stream().flatMap(each -> each.account().stream()) : Stream.empty();
    }

    boolean includesSource(InetAddress client) {
        return isAny()
                && lasting().stream()
                        .anyMatch(each -> each.sources().stream().anyMatch(block -> block.contains(client)));
    }

    private List<Active> lasting() {
        List<Active> now = active;
        return now.isEmpty()
                ? now
                : now.stream()
                        .filter(each -> clock.instant().isBefore(each.watch().until()))
                        .toList();
    }
}
