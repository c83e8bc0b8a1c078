package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how sign-ins end. Safe for use by many threads. */
final class SignInCounters {
    private static final String NAME = "gatehouse_kerberos_sign_ins_total";
    private static final String HELP = "Sign-ins by Kerberos, by result";

    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);

    SignInCounters(Metrics metrics) {
        metrics.counter(NAME, HELP, Map.of("result", "accepted"), accepted::sum);
        for (Reason reason : new Reason[] {Reason.MALFORMED, Reason.NOT_FOR_US, Reason.REFUSED, Reason.EXPIRED}) {
            LongAdder adder = new LongAdder();
            rejected.put(reason, adder);
            metrics.counter(NAME, HELP, Map.of("result", word(reason)), adder::sum);
        }
    }

    private static String word(Reason reason) {
        return reason.label();
    }

    <T extends Outcome> T count(T outcome) {
        switch (outcome) {
            case Outcome.Accepted _ -> accepted.increment();
            case Outcome.Rejected refusal -> {
                LongAdder adder = rejected.get(refusal.reason());
                if (adder != null) {
                    adder.increment();
                }
            }
        }
        return outcome;
    }
}
