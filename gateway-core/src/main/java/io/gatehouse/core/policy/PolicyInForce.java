package io.gatehouse.core.policy;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The policy as it is now: a reload replaces its rules as a whole, grants come and go behind them, and each decision is
 * made by one policy. Safe for use by many threads.
 */
public final class PolicyInForce implements Supplier<AccessPolicy> {
    private final AtomicReference<Parts> now;

    private record Parts(AccessPolicy rules, List<PolicyRule> grants, AccessPolicy both) {
        static Parts of(AccessPolicy rules, List<PolicyRule> grants) {
            return new Parts(rules, grants, grants.isEmpty() ? rules : rules.followedBy(grants));
        }
    }

    /** Begins with {@code policy}. */
    public PolicyInForce(AccessPolicy policy) {
        now = new AtomicReference<>(Parts.of(policy, List.of()));
    }

    @Override
    public AccessPolicy get() {
        return now.get().both();
    }

    /** The rules of {@code before}, with the grants of now. */
    public AccessPolicy withGrantsOfNow(AccessPolicy before) {
        return before.followedBy(now.get().grants());
    }

    /** Puts other rules into its place, which go on knowing what tokens of the time of these say. */
    public void replace(AccessPolicy policy) {
        now.updateAndGet(before -> Parts.of(policy.inPlaceOf(before.rules()), before.grants()));
    }

    /** Lets {@code grants} follow the rules, instead of the grants before; they name no groups and no claims. */
    public void grant(List<PolicyRule> grants) {
        List<PolicyRule> others = List.copyOf(grants);
        now.updateAndGet(before -> Parts.of(before.rules(), others));
    }
}
