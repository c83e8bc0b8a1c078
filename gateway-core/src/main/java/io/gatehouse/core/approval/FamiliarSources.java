package io.gatehouse.core.approval;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.policy.ApprovalTerms;
import io.gatehouse.core.text.AccountNames;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where a user is known to be, so that questions from elsewhere take no places from theirs: where a connection of the
 * user was approved within a month, or where the user has used the portal within minutes, by a sign-in that proves
 * more than a password where the rule asks for more. A stranger who knows a password alone is in no such place. Memory
 * is bounded. Safe for use by many threads.
 */
final class FamiliarSources {
    private static final int MOST = 20_000;
    private static final Duration APPROVED = Duration.ofDays(30);
    private static final Duration AT_THE_PORTAL = Duration.ofMinutes(15);

    private final Cache<UserSource, Identity> approved;
    private final Cache<UserSource, Identity> atThePortal;

    /**
     * A user at a source.
     *
     * @param user the account, by its {@link AccountNames#key}
     */
    record UserSource(String user, Source source) {
        static UserSource of(Identity user, InetAddress address) {
            return new UserSource(AccountNames.key(user), new Source(address));
        }
    }

    FamiliarSources(MonotonicClock time) {
        this.approved = remembering(time, APPROVED);
        this.atThePortal = remembering(time, AT_THE_PORTAL);
    }

    private static Cache<UserSource, Identity> remembering(MonotonicClock time, Duration lasts) {
        return Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(lasts)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** A connection of {@code user} from {@code address} was approved. */
    void approved(Identity user, InetAddress address) {
        approved.put(UserSource.of(user, address), AccountNames.withoutGroups(user));
    }

    /** Somebody refused one: nobody knows any more that the user is there. */
    void refused(Identity user, InetAddress address) {
        approved.invalidate(UserSource.of(user, address));
    }

    /** {@code user}, as signed in at the portal, uses it from {@code address}. */
    void atThePortal(Identity user, InetAddress address) {
        Identity withoutNames = user.withGroups(Set.of(), Set.of()).withClaims(Map.of());
        atThePortal.put(UserSource.of(user, address), withoutNames);
    }

    /**
     * How well {@code user} is known to be at {@code address}. A sign-in at the portal counts where {@code user}
     * approves with it; where somebody else approves, the terms say nothing about {@code user}, and it takes a second
     * factor.
     */
    Place of(Identity user, InetAddress address, ApprovalTerms terms) {
        UserSource there = UserSource.of(user, address);
        if (approved.getIfPresent(there) != null) {
            return Place.APPROVED;
        }
        Identity signedIn = atThePortal.getIfPresent(there);
        if (signedIn == null) {
            return Place.UNKNOWN;
        }
        boolean proved = terms.approvers().isEmpty()
                ? terms.isOwn(signedIn, user) && terms.shortfall(signedIn).isEmpty()
                : signedIn.proofs().contains(Identity.Proof.MULTI_FACTOR);
        return proved ? Place.AT_THE_PORTAL : Place.UNKNOWN;
    }

    /** Forgets where the users are whom {@code which} includes. */
    void forget(Predicate<Identity> which) {
        approved.asMap().values().removeIf(which);
        atThePortal.asMap().values().removeIf(which);
    }
}
