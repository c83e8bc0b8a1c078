package io.gatehouse.provider.oidc;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.PortalStep;
import io.gatehouse.formats.signin.ResultCounters;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Counts how sign-ins end, by identity provider. Safe for use by many threads. */
final class SignInCounters {
    private static final String NAME = "gatehouse_oidc_sign_ins_total";
    private static final String HELP = "Sign-ins by OpenID Connect, by identity provider and result";

    private static final Set<Reason> REASONS = EnumSet.of(
            Reason.BAD_CREDENTIALS,
            Reason.EXPIRED,
            Reason.MALFORMED,
            Reason.NOT_FOR_US,
            Reason.REFUSED,
            Reason.UNAVAILABLE);

    private final ResultCounters results = new ResultCounters(REASONS);

    SignInCounters(Metrics metrics, String provider, BooleanSupplier known) {
        results.show(metrics, NAME, HELP, Map.of("provider", provider));
        metrics.gauge(
                "gatehouse_oidc_discovered",
                "Whether the identity provider was reached since the start",
                Map.of("provider", provider),
                () -> known.getAsBoolean() ? 1 : 0);
    }

    Outcome count(Outcome outcome) {
        return results.count(outcome);
    }

    PortalStep count(PortalStep step) {
        switch (step) {
            case PortalStep.SignedIn _ -> results.accepted();
            case PortalStep.Detour _ -> {} // not the end
            case Outcome.Rejected refusal -> results.rejected(refusal.reason());
        }
        return step;
    }
}
