package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Counts validations by their result. Safe for use by many threads. */
final class LogonCounters {
    private static final Set<Reason> REASONS = EnumSet.of(
            Reason.BAD_CREDENTIALS,
            Reason.NOT_KNOWN,
            Reason.EXPIRED,
            Reason.LOCKED,
            Reason.REFUSED,
            Reason.UNAVAILABLE,
            Reason.UNANSWERED);

    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);

    LogonCounters() {
        for (Reason reason : REASONS) {
            refused.put(reason, new LongAdder());
        }
    }

    void register(Metrics metrics, HelperPool pool) {
        String name = "gatehouse_winbind_logons_total";
        String help = "Responses that winbindd was asked to validate, by result.";
        metrics.counter(name, help, Map.of("result", "accepted"), accepted::sum);
        refused.forEach((reason, count) -> metrics.counter(name, help, Map.of("result", reason.label()), count::sum));
        metrics.gauge("gatehouse_winbind_helpers", "Processes of ntlm_auth.", Map.of(), pool::living);
        metrics.counter(
                "gatehouse_winbind_helpers_lost_total",
                "Processes of ntlm_auth that did not start, ended by themselves, or were ended in the middle of a question.",
                Map.of(),
                pool::lost);
        metrics.gauge(
                "gatehouse_winbind_waiting", "Requests that wait for a process of ntlm_auth.", Map.of(), pool::waiting);
    }

    NtlmLogon count(NtlmLogon logon) {
        switch (logon) {
            case NtlmLogon.Confirmed _ -> accepted.increment();
            case NtlmLogon.Refused(Reason reason, String _) -> {
                LongAdder count = refused.get(reason);
                if (count != null) {
                    count.increment();
                }
            }
        }
        return logon;
    }
}
