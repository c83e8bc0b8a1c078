package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.formats.signin.ResultCounters;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

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

    private final ResultCounters results = new ResultCounters(REASONS);

    void register(Metrics metrics, HelperPool pool) {
        results.show(
                metrics,
                "gatehouse_winbind_logons_total",
                "Responses that winbindd was asked to validate, by result.",
                Map.of());
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
            case NtlmLogon.Confirmed _ -> results.accepted();
            case NtlmLogon.Refused(Reason reason, String _) -> results.rejected(reason);
        }
        return logon;
    }
}
