package io.gatehouse.provider.oidc;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalStep;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** Counts how sign-ins end, by identity provider. Safe for use by many threads. */
final class SignInCounters {
    private static final String NAME = "gatehouse_oidc_sign_ins_total";
    private static final String HELP = "Sign-ins by OpenID Connect, by identity provider and result";

    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);

    SignInCounters(Metrics metrics, String provider, BooleanSupplier known) {
        metrics.counter(NAME, HELP, Map.of("provider", provider, "result", "accepted"), accepted::sum);
        for (Reason reason : Arrays.asList(
                Reason.BAD_CREDENTIALS,
                Reason.EXPIRED,
                Reason.MALFORMED,
                Reason.NOT_FOR_US,
                Reason.REFUSED,
                Reason.UNAVAILABLE)) {
            LongAdder adder = new LongAdder();
            rejected.put(reason, adder);
            metrics.counter(NAME, HELP, Map.of("provider", provider, "result", word(reason)), adder::sum);
        }
        metrics.gauge(
                "gatehouse_oidc_discovered",
                "Whether the identity provider was reached since the start",
                Map.of("provider", provider),
                () -> known.getAsBoolean() ? 1 : 0);
    }

    private static String word(Reason reason) {
        return reason.label();
    }

    Outcome count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Accepted _ -> accepted.increment();
            case Outcome.Rejected refusal -> refused(refusal);
        }
        return outcome;
    }

    PortalStep count(PortalStep step) {
        switch (step) {
            case PortalStep.SignedIn _ -> accepted.increment();
            case PortalStep.Detour _ -> {} // not the end
            case Outcome.Rejected refusal -> refused(refusal);
        }
        return step;
    }

    private void refused(Outcome.Rejected refusal) {
        LongAdder adder = rejected.get(refusal.reason());
        if (adder != null) {
            adder.increment();
        }
    }
}
