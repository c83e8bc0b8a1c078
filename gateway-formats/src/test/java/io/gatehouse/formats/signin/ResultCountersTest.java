package io.gatehouse.formats.signin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Metrics;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class ResultCountersTest {
    private final Map<String, LongSupplier> shown = new TreeMap<>();

    private final Metrics metrics = new Metrics() {
        @Override
        public void counter(String name, String help, Map<String, String> labels, LongSupplier value) {
            shown.put(name + new TreeMap<>(labels), value);
        }

        @Override
        public void gauge(String name, String help, Map<String, String> labels, LongSupplier value) {
            throw new AssertionError(name);
        }
    };

    @Test
    void everyResultHasItsNumber() {
        ResultCounters counters = new ResultCounters(List.of(Reason.EXPIRED, Reason.BAD_CREDENTIALS))
                .show(metrics, "sign_ins_total", "Sign-ins", Map.of("provider", "a"));
        counters.accepted();
        Outcome refused = new Outcome.Rejected(Reason.BAD_CREDENTIALS, "wrong password");
        assertThat(counters.count(refused)).isSameAs(refused);
        counters.rejected(Reason.BAD_CREDENTIALS);
        counters.rejected(Reason.LOCKED);

        assertThat(shown.keySet())
                .containsExactly(
                        "sign_ins_total{provider=a, result=accepted}",
                        "sign_ins_total{provider=a, result=bad-credentials}",
                        "sign_ins_total{provider=a, result=expired}");
        assertThat(shown.values()).extracting(LongSupplier::getAsLong).containsExactly(1L, 2L, 0L);
    }

    @Test
    void aRejectionComesOutAsItWentIn() {
        Outcome.Rejected rejection = new Outcome.Rejected(Reason.EXPIRED, "an hour ago");
        assertThat(new RejectedException(rejection).rejection()).isEqualTo(rejection);
        assertThat(RejectedException.notForUs("aud", "b\n", java.util.Set.of("d", "c"))
                        .rejection())
                .isEqualTo(new Outcome.Rejected(Reason.NOT_FOR_US, "aud \"b?\" (expected \"c\" or \"d\")"));
        assertThat(RejectedException.refused("no")).hasMessage("no").hasNoCause();
    }
}
