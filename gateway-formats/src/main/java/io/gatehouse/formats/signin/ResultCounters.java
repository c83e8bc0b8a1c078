package io.gatehouse.formats.signin;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts sign-ins by their result: accepted, or one of the reasons that are worth a number. Safe for use by many
 * threads.
 */
public final class ResultCounters {
    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);

    /** Counts nothing yet; rejections for other reasons than these are not counted. */
    public ResultCounters(Collection<Reason> reasons) {
        reasons.forEach(reason -> rejected.put(reason, new LongAdder()));
    }

    /** Shows the numbers under {@code name}, with the result as one more label. */
    public ResultCounters show(Metrics metrics, String name, String help, Map<String, String> labels) {
        metrics.counter(name, help, with(labels, "accepted"), accepted::sum);
        rejected.forEach((reason, count) -> metrics.counter(name, help, with(labels, reason.label()), count::sum));
        return this;
    }

    private static Map<String, String> with(Map<String, String> labels, String result) {
        Map<String, String> all = new HashMap<>(labels);
        all.put("result", result);
        return Map.copyOf(all);
    }

    /** Counts {@code outcome} and answers it. */
    public <T extends Outcome> T count(T outcome) {
        switch (outcome) {
            case Outcome.Accepted _ -> accepted();
            case Outcome.Rejected refusal -> rejected(refusal.reason());
        }
        return outcome;
    }

    /** Counts a sign-in that was accepted. */
    public void accepted() {
        accepted.increment();
    }

    /** Counts one that was not. */
    public void rejected(Reason reason) {
        LongAdder count = rejected.get(reason);
        if (count != null) {
            count.increment();
        }
    }
}
