package io.gatehouse.core.approval;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.session.GivenApproval;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * The approvals that were given and are still good. Bounded: one too many lets the oldest go, whose user is asked
 * again. Not safe for use by many threads.
 */
final class GivenApprovals {
    private static final int MOST = 20_000;

    private record Given(Identity user, Identity approver, GivenApproval approval, long until) {}

    private final MonotonicClock time;
    private final SequencedMap<ApprovalSubject, Given> given = new LinkedHashMap<>();

    GivenApprovals(MonotonicClock time) {
        this.time = time;
    }

    void give(ApprovalSubject subject, Identity user, Identity approver, GivenApproval approval) {
        given.remove(subject); // the new one is the youngest
        given.values().removeIf(old -> time.hasReached(old.until()));
        given.put(
                subject,
                new Given(user, approver, approval, time.in(subject.terms().lasts())));
        if (given.size() > MOST) {
            given.pollFirstEntry();
        }
    }

    /** The approval that covers {@code subject} now. */
    Optional<GivenApproval> of(ApprovalSubject subject) {
        return Optional.ofNullable(given.get(subject))
                .filter(found -> !time.hasReached(found.until()))
                .map(Given::approval);
    }

    boolean covers(ApprovalSubject subject) {
        return of(subject).isPresent();
    }

    /** Takes back those of such users, and those that they gave. */
    void takeBackOf(Predicate<Identity> which) {
        given.values().removeIf(old -> which.test(old.user()) || which.test(old.approver()));
    }

    /** Takes back those that only connections by a token may use, whose user is such a one. */
    void takeBackOfToken(Predicate<Identity> which) {
        given.entrySet()
                .removeIf(old ->
                        old.getKey().isAboutToken() && which.test(old.getValue().user()));
    }
}
