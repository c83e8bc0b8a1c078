package io.gatehouse.core.policy;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The policy as it is now: a reload replaces it as a whole, and each decision is made by one. Safe for use by many
 * threads.
 */
public final class PolicyInForce implements Supplier<AccessPolicy> {
    private final AtomicReference<AccessPolicy> now;

    /** Begins with {@code policy}. */
    public PolicyInForce(AccessPolicy policy) {
        now = new AtomicReference<>(policy);
    }

    @Override
    public AccessPolicy get() {
        return now.get();
    }

    /** Puts another policy into its place, which goes on knowing what tokens of the time of this one say. */
    public void replace(AccessPolicy policy) {
        now.updateAndGet(policy::inPlaceOf);
    }
}
